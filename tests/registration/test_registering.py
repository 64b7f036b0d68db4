"""Registering, without HTTP."""

import json

import pytest

from conference.core import audit, jobs, links, mail, sealing
from conference.core.db.fast import fetch
from conference.core.errors import NotFound
from conference.core.mail import Letter
from conference.core.sealing_models import IndexWord
from conference.payments.models import LineKind, Payment, PaymentLine, PaymentState
from conference.registration import actions, queries
from conference.registration.models import Attendee, Order, OrderState, PayBy
from tests.cast import newest_letter
from tests.registration.conftest import payment_of


async def test_a_free_place_is_confirmed_at_once(house, fixed_clock):
    order = await house.register("Ana", needs={"food": ["vegan"]})
    kept = await Order.get(id=order.id)
    assert (kept.state, kept.pay_by, kept.total, kept.confirmed, kept.hold_until) == (OrderState.CONFIRMED, PayBy.NOTHING, 0, fixed_clock(), None)
    [attendee] = await queries.attendees_of(order.id)
    plain = sealing.open_one(attendee, "badge_name", "needs")
    assert (plain.badge_name, json.loads(plain.needs), attendee.language) == ("Ana", {"food": ["vegan"]}, "en")
    assert await house.taken() == 1 and await Payment.all().count() == 0
    assert [entry.what for entry in await audit.history(order.id)] == ["registration.registered"]


async def test_what_is_written_fast_is_what_is_read_slowly(house):
    """The quick insert and fetch against the ordinary ones of the ORM."""
    order = await house.buy(email="ana@example.org")
    slow, [fast] = await Order.get(id=order.id), await fetch(Order, "id = ?", [str(order.id)])
    names = list(Order._meta.fields_db_projection)
    assert {name: getattr(slow, name) for name in names} == {name: getattr(fast, name) for name in names} == {name: getattr(order, name) for name in names}


async def test_a_card_keeps_the_place_while_it_is_paid(house, fixed_clock):
    order = await house.buy()
    assert (order.state, order.hold_until) == (OrderState.HELD, fixed_clock() + actions.registering.HOLD_LASTS)
    payment = await payment_of(order)
    assert (payment.state, payment.cents, payment.promised, payment.label) == (PaymentState.OPEN, 2000, False, f"2027 {order.code}")
    await jobs.run_due()
    assert await Letter.all().count() == 0 and await house.taken() == 1


async def test_a_promised_check_is_a_place_and_an_open_payment(house):
    order = await house.buy(pay_by=PayBy.CHECK)
    payment = await payment_of(order)
    assert (order.state, payment.state, payment.promised) == (OrderState.CONFIRMED, PaymentState.OPEN, True)


@pytest.mark.parametrize(
    ("cents", "lines"),
    [(500, [("value", 500, 500)]), (2000, [("value", 2000, 2000)]), (5050, [("gift", 3050, 0), ("value", 2000, 2000)])],
)
async def test_what_is_paid_beyond_the_fair_value_is_a_gift(house, cents, lines):
    payment = await payment_of(await house.buy(amount=cents))
    kept = await PaymentLine.filter(payment_id=payment.id).values_list("kind", "cents", "fair_value")
    assert sorted((str(LineKind(kind)), cents, fair) for kind, cents, fair in kept) == lines


@pytest.mark.parametrize(
    ("slug", "amount", "pay_by"),
    [
        ("free", 1, PayBy.CARD), ("free", 0, PayBy.CARD), ("free", 0, PayBy.CHECK), ("sliding", 499, PayBy.CARD), ("sliding", 12001, PayBy.CARD),
        ("sliding", 2000, PayBy.NOTHING), ("sliding", 0, PayBy.NOTHING), ("sliding", -5, PayBy.CARD), ("fixed", 14999, PayBy.CHECK), ("fixed", 0, PayBy.NOTHING),
    ],
)  # fmt: skip
async def test_no_amount_outside_the_ticket_is_taken(house, slug, amount, pay_by):
    with pytest.raises(actions.WrongAmount):
        await actions.register(house.edition, getattr(house, slug), badge_name="Ana", language="en", amount=amount, pay_by=pay_by)
    assert (await Order.all().count(), await house.taken()) == (0, 0)


async def test_the_last_place_is_the_last(house):
    await house.resize(1)
    await house.register()
    with pytest.raises(actions.SoldOut):
        await house.register("Bea")
    assert (await Order.all().count(), await Attendee.all().count(), await house.taken()) == (1, 1, 1)


async def test_a_form_sent_twice_is_one_order(house):
    first, second = await house.register(once="word"), await house.register(once="word")
    assert (first.id, await Order.all().count(), await house.taken()) == (second.id, 1, 1)


async def test_the_same_form_with_another_name_is_another_order(house):
    """Somebody goes back on a shared phone and registers their sister."""
    first, second = await house.register("Ana", once="word"), await house.register("Bea", once="word")
    assert first.id != second.id and await house.taken() == 2


async def test_a_form_sent_twice_for_the_last_place_is_still_one_order(house):
    await house.resize(1)
    assert (await house.register(once="word")).id == (await house.register(once="word")).id


async def test_an_address_keeps_three_unpaid_places_at_most(house):
    for name in ("Ana", "Bea", "Cruz"):
        await house.buy(name, email="Ana@Example.org")
    with pytest.raises(actions.TooManyHolds):
        await house.buy("Dina", email="ana@example.org")
    await house.buy("Dina", email="dina@example.org")
    await house.buy("Eva", email="ana@example.org", pay_by=PayBy.CHECK)
    assert await house.taken() == 5


async def test_without_an_address_not_all_places_can_be_kept_unpaid(house, monkeypatch):
    monkeypatch.setattr(actions.registering, "most_without_address", lambda size: 2)
    await house.buy("Ana")
    await house.buy("Bea")
    with pytest.raises(actions.registering.TooManyUnpaid):
        await house.buy("Cruz")
    await house.buy("Cruz", email="cruz@example.org")


def test_how_many_may_be_kept_without_an_address():
    assert [actions.registering.most_without_address(size) for size in (0, 50, 100, 180)] == [50, 50, 66, 120]


async def test_a_letter_confirms_with_link_code_and_days_and_no_typed_word(house):
    order = await house.register("Zebulon Quagmire", email="ana@example.org")
    await jobs.run_due()
    letter = await newest_letter("registration.confirmation")
    code = sealing.open_one(order, "claim").claim
    assert letter.startswith("To: ana@example.org\nSubject: Your place is confirmed\n")
    assert code in letter and f"/2027/orders/{order.code}/" in letter and "Strategy Conference" in letter
    assert "Zebulon" not in letter and "Quagmire" not in letter
    message = await _message()
    [attached] = list(message.iter_attachments())
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "days.ics")


async def _message():
    return await mail.compose(await Letter.filter(name="registration.confirmation").first())


async def test_a_letter_speaks_the_language_that_was_chosen(house):
    await house.register(email="ana@example.org", language="es")
    await jobs.run_due()
    assert "Subject: Su lugar está confirmado" in await newest_letter("registration.confirmation")


async def test_one_address_gets_few_letters_a_day(house, monkeypatch):
    """Nobody fills a stranger's mailbox by registering with their address."""
    monkeypatch.setattr(actions.registering, "MOST_LETTERS_A_DAY", 2)
    for name in ("Ana", "Bea"):
        await house.register(name, email="ana@example.org")
        await jobs.run_due()
    await house.register("Cruz", email="ana@example.org")
    await jobs.run_due()
    assert await Letter.filter(name="registration.confirmation").count() == 2


async def test_after_confirming_the_name_can_be_found(house):
    order = await house.register("Ana María Quiñones")
    await jobs.run_due()
    assert [row["code"] for row in await queries.orders_found(house.edition, "quino")] == [order.code]


async def test_the_job_after_confirmation_may_run_twice(house):
    order = await house.register(email="ana@example.org")
    await jobs.run_due()
    await actions.after_confirmation(order.id)
    await jobs.run_due()
    assert await Letter.all().count() == 1
    assert await IndexWord.all().count() == 1


async def test_an_order_opens_for_its_link_its_person_and_its_code_alone(house, cast):
    ada, dov = await cast.person("ada"), await cast.person("dov")
    order = await house.register(person=ada)
    token = links.token(queries.ORDER_LINK, order.id, 1)
    assert (await queries.order_by_tokens(house.edition, order.code, [token])).id == order.id
    assert (await queries.order_by_tokens(house.edition, order.code, [], ada)).id == order.id
    code = sealing.open_one(order, "claim").claim
    assert (await queries.order_by_claim(house.edition, code.lower().replace("-", " "))).id == order.id
    other = await cast.edition("2028")
    for attempt in (
        queries.order_by_tokens(house.edition, order.code, [], dov),
        queries.order_by_tokens(house.edition, order.code, [links.token(queries.ORDER_LINK, order.id, 2)]),
        queries.order_by_tokens(house.edition, order.code, [links.token(queries.WAITING_LINK, order.id, 1)]),
        queries.order_by_tokens(other, order.code, [token]),
        queries.order_by_claim(other, code),
        queries.order_by_claim(house.edition, "2222-2222-22"),
        queries.order_by_claim(house.edition, ""),
    ):
        with pytest.raises(NotFound):
            await attempt
