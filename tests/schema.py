from tortoise import Tortoise

from conference.core.db import close_database, open_database


async def migrate(config: dict) -> None:
    await open_database(config)
    await Tortoise.generate_schemas()
    await close_database()
