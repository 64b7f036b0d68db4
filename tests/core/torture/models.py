"""Two purses between which coins are moved: what one loses the other has, or a transaction was written by half."""

from tortoise import fields
from tortoise.models import Model


class Purse(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=10, unique=True)
    coins = fields.IntField()

    class Meta:
        app = "torture"
        table = "purse"
