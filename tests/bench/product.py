"""The product's own server; ``--without-guard`` takes out what makes the last place go once. Run: python -m tests.bench.product PORT"""

import sys
from collections.abc import Iterable
from uuid import UUID

from conference.cli import main as conference


def main() -> None:
    port, *options = sys.argv[1:]
    if "--without-guard" in options:
        take_the_guard_out()
    conference(["serve", "--no-worker", "--port", port])


def take_the_guard_out() -> None:
    """Places are counted up to the size, as the database insists, and whoever came before that believes to have one."""
    from conference.core.db import rows
    from conference.registration.actions import places

    async def take(pools: Iterable[UUID]) -> None:
        for pool_id in pools:
            await rows("UPDATE pool SET taken = CASE WHEN taken < size THEN taken + 1 ELSE taken END WHERE id = ? RETURNING id", [str(pool_id)])

    places.take = take


if __name__ == "__main__":
    main()
