"""One's own order: secret link, code, ticket, calendar entry, cancelling."""

import re

import pytest
import segno
from icalendar import Calendar

from conference.core import sealing
from conference.core.db import transaction
from conference.payments.models import Method, Payment, PaymentState, Refund
from conference.registration import actions
from conference.registration.keepsakes import QUIET, picture
from conference.registration.models import Order, OrderState, PayBy
from tests.agenda.counting import counting
from tests.conftest import new_browser
from tests.registration.conftest import payment_of, secret_path

PARTS = ("", "/cancellation", "/days.ics", "/code.svg")


async def opened(house, visitor, order: Order) -> str:
    """The clean address of an order that this browser has opened by its secret link."""
    answer = await visitor.get(secret_path(order))
    assert answer.status_code == 303
    return answer.headers["location"]


async def paid(order: Order) -> None:
    await Payment.filter(id=(await payment_of(order)).id).update(state=PaymentState.CAPTURED, method=Method.CHECK)
    await Order.filter(id=order.id).update(state=OrderState.CONFIRMED, hold_until=None)


async def test_a_secret_link_becomes_a_cookie_and_a_clean_address(house, visitor):
    order = await house.register()
    path = await opened(house, visitor, order)
    assert path == f"/2027/orders/{order.code}"
    page = await visitor.get(path)
    assert (page.status_code, page.headers["cache-control"], "Your place is confirmed" in page.text) == (200, "no-store", True)


@pytest.mark.parametrize("part", PARTS)
async def test_nobody_else_sees_that_there_is_an_order(house, visitor, cast, part):
    order, dov = await house.register(), await cast.browser("dov")
    known, unknown = f"/2027/orders/{order.code}{part}", f"/2027/orders/ZZZZZZ{part}"
    answers = [await browser.get(path) for browser in (visitor, dov) for path in (known, unknown)]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert answers[0].text.replace(order.code, "ZZZZZZ") == answers[1].text


async def test_wrong_links_look_like_no_page(house, visitor):
    order, other = await house.register(), await house.register("Bea")
    good = secret_path(order)
    for path in (good[:-1], good + "x", good.replace(order.code, other.code), f"/2027/orders/{order.code}/" + "A" * 43, f"/2027/orders/{order.code}/%00"):
        answer = await visitor.get(path)
        assert (answer.status_code, "set-cookie" in answer.headers) == (404, False), path


async def test_a_raised_version_revokes_every_link(house, visitor):
    order = await house.register()
    path = await opened(house, visitor, order)
    await Order.filter(id=order.id).update(version=2)
    assert [(await visitor.get(one)).status_code for one in (path, secret_path(order))] == [404, 404]


async def test_a_foreign_cookie_opens_nothing(house, visitor):
    order = await house.register()
    visitor.cookies.set("passes", "WyJhIl0.forged")
    assert (await visitor.get(f"/2027/orders/{order.code}")).status_code == 404


@pytest.mark.parametrize("path", ["/payment", "/check"])
async def test_buttons_are_for_its_owner_and_for_posting(house, visitor, path):
    order = await house.buy()
    assert [(await visitor.post(f"/2027/orders/{order.code}{path}")).status_code, (await visitor.get(f"/2027/orders/{order.code}{path}")).status_code] == [404, 404]
    assert (await visitor.put(f"/2027/orders/{order.code}{path}")).status_code == 405


async def test_the_code_is_there_as_text_picture_and_message(house, visitor):
    order = await house.register()
    path = await opened(house, visitor, order)
    code = sealing.open_one(order, "claim").claim
    page = await visitor.get(path)
    assert f'<strong class="ticket-code">{code}</strong>' in page.text and f'href="sms:?body={code}%202027"' in page.text
    picture = await visitor.get(f"{path}/code.svg")
    assert (picture.headers["content-type"], picture.headers["cache-control"]) == ("image/svg+xml", "no-store")
    assert f">{code}</text>" in picture.text and 'aria-label="' + code in picture.text


@pytest.mark.parametrize("text", ["0123456789ABCDEF", "0000000000000000", "FFFFFFFFFFFFFFFF", "A1B2C3D4E5F60718", "4KXR-9M2P-LY", "2", "ZZZZZZZZZZZZZZZZZZZZ"])
def test_a_picture_is_the_one_the_library_draws(text):
    """Tickets are put together from shares; every module must be where the library puts it."""
    made = segno.make(text, version=1, error="m", mask=3, mode="alphanumeric", boost_error=False, micro=False)
    assert _dark(picture(text)) == {(x, y) for y, row in enumerate(made.matrix) for x, dark in enumerate(row) if dark}


def _dark(svg: str) -> set[tuple[int, int]]:
    """Where the pen is down: M goes to a line, h draws along it, m lifts the pen."""
    found = set()
    for x, y, moves in re.findall(r"M(\d+) (\d+)\.5((?:h\d+|m\d+ 0)+)", svg):
        place = int(x)
        for down, length in re.findall(r"(h|m)(\d+)", moves):
            found |= {(place + step - QUIET, int(y) - QUIET) for step in range(int(length))} if down == "h" else set()
            place += int(length)
    return found


async def test_the_days_for_the_calendar_say_nothing_about_the_person(house, visitor):
    order = await house.register("Zebulon")
    path = await opened(house, visitor, order)
    answer = await visitor.get(f"{path}/days.ics")
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert [str(event["SUMMARY"]), event["DTSTART"].dt.isoformat(), event["DTEND"].dt.isoformat(), str(event["STATUS"])] == ["Strategy Conference", "2027-07-23", "2027-07-26", "CONFIRMED"]
    assert not any(word in answer.text for word in ("Zebulon", order.code, sealing.open_one(order, "claim").claim))
    await actions.cancel(order)
    [event] = Calendar.from_ical((await visitor.get(f"{path}/days.ics")).content).walk("VEVENT")
    assert [str(event["SUMMARY"]), str(event["STATUS"]), int(event["SEQUENCE"])] == ["Cancelled: Strategy Conference", "CANCELLED", 1]


async def test_an_unpaid_order_offers_card_and_check_until_when(house, visitor):
    order = await house.buy()
    page = await visitor.get(await opened(house, visitor, order))
    assert "Your place is waiting for your payment" in page.text and "$20 to pay. Your place is kept until 7:45" in page.text
    assert f'action="/2027/orders/{order.code}/payment"' in page.text and f'action="/2027/orders/{order.code}/check"' in page.text
    assert 'class="ticket-qr"' not in page.text


async def test_while_the_bank_answers_it_says_so(house, visitor):
    order = await house.buy()
    await Order.filter(id=order.id).update(hold_until=None)
    page = await visitor.get(await opened(house, visitor, order))
    assert "We are confirming your payment" in page.text and "Look again" in page.text and "/payment" not in page.text


async def test_a_check_to_come_says_where_it_goes(house, visitor, cast):
    await cast.organization()
    order = await house.buy(pay_by=PayBy.CHECK)
    page = await visitor.get(await opened(house, visitor, order))
    assert all(words in page.text for words in ("Send your check", "Harbor Peace Center", f"2027 {order.code}", "1 Harbor Street, Springfield", "$20"))


async def test_what_is_over_says_so_and_how_to_go_on(house, visitor):
    order = await house.buy()
    path = await opened(house, visitor, order)
    await Order.filter(id=order.id).update(state=OrderState.EXPIRED)
    page = await visitor.get(path)
    assert "This registration is over" in page.text and "Register again" in page.text and "cancellation" not in page.text


async def test_cancelling_says_first_what_comes_back_then_does_it(house, visitor):
    order = await house.buy(pay_by=PayBy.CHECK)
    await paid(order)
    path = await opened(house, visitor, order)
    page = await visitor.get(f"{path}/cancellation")
    assert "$20 of the $20 you paid goes back to you" in page.text and 'name="as_gift"' in page.text
    answer = await visitor.post(f"{path}/cancellation")
    assert (answer.status_code, await Refund.all().values_list("cents", flat=True), await house.taken()) == (303, [2000], 0)
    after = await visitor.get(path)
    assert "This registration is cancelled" in after.text and "$20 goes back the way it came" in after.text
    assert (await visitor.get(f"{path}/cancellation")).status_code == 303
    assert (await visitor.post(f"{path}/cancellation")).status_code == 303 and await Refund.all().count() == 1


async def test_late_cancelling_says_that_nothing_comes_back(house, visitor, fixed_clock):
    order = await house.buy(pay_by=PayBy.CHECK)
    await paid(order)
    path = await opened(house, visitor, order)
    fixed_clock.on(days=80)
    page = await visitor.get(f"{path}/cancellation")
    assert "Of the $20 you paid nothing goes back" in page.text and 'name="as_gift"' not in page.text


async def test_the_money_can_be_left_as_a_gift(house, visitor):
    order = await house.buy(pay_by=PayBy.CHECK)
    await paid(order)
    path = await opened(house, visitor, order)
    await visitor.post(f"{path}/cancellation", data={"as_gift": "y"})
    assert (await Refund.all().count(), (await Order.get(id=order.id)).state) == (0, OrderState.CANCELLED)


async def test_nobody_cancels_for_others(house, visitor, cast):
    order, dov = await house.register(), await cast.browser("dov")
    assert [(await browser.post(f"/2027/orders/{order.code}/cancellation")).status_code for browser in (visitor, dov)] == [404, 404]
    assert (await visitor.post(f"{await opened(house, visitor, order)}/cancellation", headers={"sec-fetch-site": "cross-site"})).status_code == 403
    assert (await Order.get(id=order.id)).state is OrderState.CONFIRMED


async def test_after_the_key_is_destroyed_the_page_still_stands(house, visitor):
    order = await house.register("Zebulon")
    path = await opened(house, visitor, order)
    await sealing.destroy(sealing.scope_of(order, "claim"))
    page = await visitor.get(path)
    assert page.status_code == 200 and "Zebulon" not in page.text and "sms:" not in page.text
    assert [(await visitor.get(f"{path}{part}")).status_code for part in ("/code.svg", "/days.ics", "/cancellation")] == [404, 200, 200]


# Typed codes


async def test_a_typed_code_opens_the_order(house, visitor):
    order = await house.register()
    code = sealing.open_one(order, "claim").claim
    answer = await visitor.post("/2027/my", data={"code": f"  {code.lower().replace('-', ' ')} "})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/2027/orders/{order.code}")
    assert (await visitor.follow(answer)).status_code == 200
    assert order.code in (await visitor.get("/2027/my")).text


async def test_wrong_unknown_and_foreign_codes_look_alike(house, visitor, cast):
    other = await cast.edition("2028")
    order = await house.register()
    code = sealing.open_one(order, "claim").claim
    assert other.id != house.edition.id
    answers = [await visitor.post(path, data={"code": typed}) for path, typed in (("/2027/my", "2222-2222-22"), ("/2027/my", _another(code)), ("/2028/my", code))]
    said = "No registration of this conference has this code"
    assert [(answer.status_code, said in answer.text) for answer in answers] == [(422, True)] * 3


def _another(code: str) -> str:
    """A sound code that nobody has."""
    from conference.core import codes

    return next(made for made in iter(codes.make, "") if made != code)


@pytest.mark.parametrize("typed", ["", "x" * 65, "\x00", "🦋" * 10, "<script>", "4KXR-9M2P-LZ"])
async def test_what_is_no_code_is_kept_and_explained(house, visitor, typed):
    answer = await visitor.post("/2027/my", data={"code": typed})
    assert answer.status_code == 422 and 'id="errors"' in answer.text


async def test_only_failures_are_slowed(house, app, visitor):
    order = await house.register()
    code = sealing.open_one(order, "claim").claim
    for _ in range(30):
        assert (await visitor.post("/2027/my", data={"code": code})).status_code == 303
    answers = [(await visitor.post("/2027/my", data={"code": "2222-2222-22"})).status_code for _ in range(12)]
    assert answers == [422] * 10 + [429] * 2
    late = await visitor.post("/2027/my", data={"code": code})
    assert late.status_code == 429 and "tried too often" in late.text


async def test_own_things_cost_the_same_for_one_and_for_many(house, visitor):
    await opened(house, visitor, await house.register())
    await visitor.get("/2027/my")
    with counting() as one:
        await visitor.get("/2027/my")
    for number in range(8):
        await opened(house, visitor, await house.register(f"N{number}"))
    with counting() as many:
        page = await visitor.get("/2027/my")
    assert (page.text.count("chip good"), _statements(one), _statements(many)) == (9, 1, 1)


def _statements(said: list[str]) -> int:
    return len([one for one in said if 'FROM "version"' not in one])


async def test_nothing_opened_here_yet_says_how_to_begin(house, visitor):
    page = await visitor.get("/2027/my")
    assert page.status_code == 200 and "This device has opened no registration" in page.text and "/2027/register" in page.text


async def test_two_browsers_do_not_share_what_is_kept_ready(house, app):
    """The page is rendered once for all; each sees their own words in it."""
    orders = [await house.register(name) for name in ("Ana", "Bea")]
    for order, name, other in zip(orders, ("Ana", "Bea"), ("Bea", "Ana"), strict=True):
        async with new_browser(app) as browser:
            page = await browser.get(await opened(house, browser, order))
            code = sealing.open_one(order, "claim").claim
            assert (name in page.text, other in page.text, page.text.count(code), page.text.count(f"/orders/{order.code}/code.svg")) == (True, False, 2, 1)
            assert "\x02" not in page.text and "\x03" not in page.text


async def test_a_paid_order_says_what_was_paid(house, visitor):
    order = await house.buy(pay_by=PayBy.CHECK)
    await paid(order)
    async with transaction():
        from conference.payments import actions as payments
        from conference.payments.models import Reason

        await payments.ask_refund((await payment_of(order)).id, 300, Reason.EXCEPTION)
    page = await visitor.get(await opened(house, visitor, order))
    assert all(words in page.text for words in ("What was paid", "$20", "Paid", "$3"))
