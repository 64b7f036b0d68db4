"""What every table has."""

from tortoise.models import Model as StockModel

from conference.core.db.fields import Key


class Model(StockModel):
    """A table of the product, keyed by a UUID made before INSERT."""

    id = Key()

    class Meta:
        abstract = True
