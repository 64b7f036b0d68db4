"""What every table has."""

import tortoise.models
from tortoise.models import Model as StockModel

from conference.core.db.fields import Key

# The library reads the source of every model for comments to be kept in the database. Ours has none there, and starts a third faster.
tortoise.models._get_comments = lambda model: {}


class Model(StockModel):
    """A table of the product, keyed by a UUID made before INSERT."""

    id = Key()

    class Meta:
        abstract = True
