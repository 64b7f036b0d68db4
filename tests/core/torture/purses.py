"""The database of the torture test."""

from typing import Any

from tortoise.expressions import F
from tortoise.transactions import in_transaction

from conference.core.db.engines import connection_config
from tests.core.torture.models import Purse

COINS = 1_000_000


def config(database_url: str, **other: Any) -> dict:
    """Tortoise's configuration; ``other`` replaces parts of the connection, ``engine`` for one."""
    models = {"torture": {"models": ["tests.core.torture.models"], "default_connection": "default"}}
    return {"connections": {"default": {**connection_config(database_url), **other}}, "apps": models}


async def fill_purses() -> None:
    await Purse.create(name="left", coins=COINS)
    await Purse.create(name="right", coins=COINS)


async def move_coin() -> None:
    async with in_transaction():
        await Purse.filter(name="left").update(coins=F("coins") - 1)
        await Purse.filter(name="right").update(coins=F("coins") + 1)


async def in_purses() -> int:
    return sum(await Purse.all().values_list("coins", flat=True))
