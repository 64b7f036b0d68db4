"""The demo's gifts of 2027: by card, in cash and by check, one deposit that the bank has, and a desk with some trouble on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from conference.core import clock
from conference.core.running import running
from conference.demo.loading.payments import pay_by_card
from conference.demo.world import World, content
from conference.donations import actions
from conference.donations.models import Gift
from conference.editions.models import Edition
from conference.editions.queries import today
from conference.payments import actions as payments
from conference.payments import queries
from conference.payments.models import Check, Fund, Method

ON_THE_DESK = ("in hand", "wrong payee", "stale")


async def load(world: World) -> None:
    edition, by = world.editions["2027"], world.people["treasurer"].id
    told = content("donations-2027")
    funds = {one["slug"]: await payments.open_fund(one["slug"], one["title"], one["goal"]) for one in told["fund"]}
    checks = []
    for one in told["gift"]:
        with _days_ago(one["days"]):
            gift = await _give(world, edition, funds, one)
            checks += [(one, gift, await _arrived(edition, gift, one, by))] if "came" in one or one["way"] != "check" else []
    await _unannounced(edition, by)
    await _to_the_bank(edition, [(one, gift, check) for one, gift, check in checks if check is not None], by)


async def _give(world: World, edition: Edition, funds: dict[str, Fund], one: dict[str, Any]) -> Gift:
    return await actions.give(
        edition, cents=one["cents"], way=Method(one["way"]), language=one["language"], fund=funds.get(one.get("fund", "")), name=one.get("name", ""),
        email=one.get("email", ""), person=world.people.get(one.get("by", "")),
    )  # fmt: skip


async def _arrived(edition: Edition, gift: Gift, one: dict[str, Any], by: UUID) -> Check | None:
    """The check, where it is one."""
    payment = await queries.payment(gift.payment_id)
    if gift.way is Method.CARD:
        await pay_by_card(payment)
    elif gift.way is Method.CASH:
        await payments.receive(payment.id, Method.CASH, by=by)
    else:
        then, day = one.get("then", ""), today(edition)
        return await payments.record_check(
            edition, one["came"], by=by, payment=payment, number=one["number"], dated=day - (timedelta(days=400) if then == "stale" else timedelta(days=3)),
            postmark=day - timedelta(days=1), writer=one.get("name", ""), payee_ok=then != "wrong payee",
        )  # fmt: skip
    return None


async def _unannounced(edition: Edition, by: UUID) -> None:
    """An envelope without a word in it."""
    with _days_ago(12):
        await payments.record_check(edition, 2_000, by=by, number="64", dated=today(edition), writer="Ottoline Grackle")


async def _to_the_bank(edition: Edition, came: list[tuple[dict[str, Any], Gift, Check]], by: UUID) -> None:
    """What is not on the desk any more: one deposit, found on the bank's list; one check of it was not paid."""
    taken = [check.id for one, _gift, check in came if one.get("then") not in ON_THE_DESK]
    with _days_ago(10):
        batch = await payments.make_batch(edition, taken, today(edition), by=by)
    with _days_ago(8):
        await payments.batch_in_bank(batch, today(edition), by=by)
        for one, gift, check in came:
            if one.get("then") == "bounced":
                await payments.bounce(check.id, by=by)
            elif check.id in taken and one.get("name"):
                await payments.issue_receipt(
                    gift.payment_id, donor=one["name"], address=one.get("address", ""), by_mail="address" in one, language=gift.language, by=by
                )


@contextmanager
def _days_ago(days: int) -> Iterator[None]:
    here = running()
    kept, moment = here.clock, clock.now() - timedelta(days=days)
    here.clock = lambda: moment
    try:
        yield
    finally:
        here.clock = kept
