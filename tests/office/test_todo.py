"""What waits: who is shown what, the oldest first, one button each."""

import re
from datetime import date, time, timedelta

import pytest

from conference.agenda import actions as agenda
from conference.app import create_app, opened
from conference.core import clock
from conference.core.jobs import Job, JobState
from conference.core.panels import gather, set_panels
from conference.core.todo import Todo, oldest_first
from conference.editions import actions as editions
from conference.editions.models import Duties
from conference.notes.models import Sheet, SheetState
from conference.panels import GATHERED, PANELS
from conference.payments.models import Payment
from conference.payments.queries import payment_for
from conference.people.models import SignIn
from conference.registration import actions as registration
from conference.registration.models import PayBy
from tests.cast import Cast
from tests.conftest import new_browser
from tests.queries import counting
from tests.registration.conftest import house as house

BOTH = {code: {"title": title, "body": "Words."} for code, title in (("en", "How to get here"), ("es", "Cómo llegar"))}


async def waits(cast, name: str, **headers: str) -> list[tuple[str, str, str, str]]:
    """(what, where and since when, button, path) of each thing on somebody's page."""
    page = (await (await cast.browser(name)).get("/office/", headers=headers)).text
    found = re.findall(r'<span class="todo-what">(.*?)\s*<span class="soft">(.*?)</span>.*?<a class="[^"]*" href="([^"]*)">(.*?)<span', page, re.DOTALL)
    return [(what, where, button, path) for what, where, path, button in found]


async def test_where_nothing_waits_the_page_says_what_will_be_there(cast):
    await cast.edition()
    page = (await (await cast.browser("bo")).get("/office/")).text
    assert "Nothing waits for you." in page and "the oldest first" in page


async def test_registrars_see_unpaid_places_and_who_waits(house, cast, fixed_clock):
    await house.buy(email="ana@example.org")
    await house.resize(1)
    for name in ("x", "y"):
        await registration.join_waiting_list(house.edition, house.free, email=f"{name}@example.org", language="en")
    assert await waits(cast, "bo") == []
    fixed_clock.on(days=8)
    assert await waits(cast, "bo") == [
        ("1 registration keeps a place and is not paid", "2027, since May 1, 2027", "Look at them", "/office/2027/registration/orders?state=held"),
        ("2 people wait for a place", "2027, since May 1, 2027", "Look at the places", "/office/2027/registration/places"),
    ]
    assert [await waits(cast, name) for name in ("cleo", "fay", "eve")] == [[], [], []]


async def test_treasurers_see_what_went_wrong_and_what_is_overdue(house, cast, fixed_clock):
    order = await house.buy(pay_by=PayBy.CHECK)
    other = await house.buy(pay_by=PayBy.CHECK)
    await Payment.filter(id=(await payment_for("order", other.id)).id).update(trouble="too much came", promised=False)
    fixed_clock.on(days=31)
    assert await waits(cast, "cleo") == [
        ("1 payment went wrong", "2027, since May 1, 2027", "Look at them", "/office/2027/payments/troubles"),
        ("1 promised check or sum of cash is overdue", "2027, since May 1, 2027", "Look at them", "/office/2027/payments/desk"),
    ]
    assert await waits(cast, "bo") == [] and order.total == 2000


async def test_refunds_by_hand_wait_for_the_treasurer(house, cast, fixed_clock):
    from conference.payments import actions as payments
    from conference.payments.models import Method, Reason

    order = await house.buy(pay_by=PayBy.CHECK)
    payment = await payment_for("order", order.id)
    await payments.receive(payment.id, Method.CHECK, by=payment.id)
    await payments.ask_refund(payment.id, 500, Reason.EXCEPTION, by=payment.id)
    assert [what for what, *_rest in await waits(cast, "cleo")] == ["1 refund has to be paid by hand"]


async def test_editors_see_pages_and_notes(cast, fixed_clock):
    edition = await cast.edition()
    await editions.write_page(edition, "travel", BOTH)
    await editions.write_page(edition, "donate", {"en": BOTH["en"] | {"title": "Give"}, "es": {"title": "", "body": ""}})
    published = await editions.write_page(edition, "main", BOTH)
    await editions.publish_page(published)
    session = await agenda.create_session(edition, code="AAAAAA", title={"en": "One", "es": "Uno"}, languages=["en"])
    await Sheet(edition_id=edition.id, session_id=session.id, state=SheetState.SUBMITTED, made=clock.now(), submitted=clock.now() - timedelta(days=1)).save(force_create=True)
    assert await waits(cast, "fay") == [
        ("Notes of 1 session wait to be read and released", "2027, since Apr 30, 2027", "Read them", "/office/2027/notes/"),
        ("Spanish is missing on “Give”", "2027, since May 1, 2027", "Go on with it", "/office/2027/editions/pages/donate"),
    ]
    fixed_clock.on(days=8)
    assert ("Changes of “How to get here” are not published", "2027, since May 1, 2027", "Go on with it", "/office/2027/editions/pages/travel") in await waits(cast, "fay")
    assert [await waits(cast, name) for name in ("cleo", "eve")] == [[], []]


async def test_in_the_readers_language(cast, fixed_clock):
    edition = await cast.edition()
    await editions.write_page(edition, "travel", BOTH)
    fixed_clock.on(days=8)
    [(what, where, button, _path)] = await waits(cast, "fay", **{"accept-language": "es"})
    assert (what, where, button) == ("Hay cambios sin publicar en «Cómo llegar»", "2027, desde el 1 may 2027", "Seguir con ella")


async def test_pages_of_the_network_are_for_those_of_all_editions(cast):
    await cast.edition()
    await editions.write_page(None, "contact", {"en": BOTH["en"], "es": {"title": "", "body": ""}})
    found = {name: [path for *_rest, path in await waits(cast, name)] for name in ("gus", "bo", "fay")}
    assert found == {"gus": ["/office/editions/pages/contact"], "bo": [], "fay": []}


async def test_editors_see_what_is_not_released_and_what_collides(cast, fixed_clock):
    edition = await cast.edition()
    room = await agenda.create_room(edition, slug="a", name={"en": "A", "es": "A"}, capacity=10)
    for code in ("AAAAAA", "BBBBBB"):
        session = await agenda.create_session(edition, code=code, title={"en": code, "es": code}, languages=["en"])
        await agenda.place(session, edition, day=date(2027, 7, 24), starts=time(10), ends=time(11), room=room.slug)
    found = [(what, button, path) for what, _where, button, path in await waits(cast, "fay")]
    assert found == [
        ("1 conflict in the schedule", "Look at them", "/office/2027/agenda/"),
        ("2 changes of the schedule are not released", "Look and release", "/office/2027/agenda/release"),
    ]
    fixed_clock.at = fixed_clock.at.replace(month=8)
    assert await waits(cast, "fay") == []


async def test_organizers_see_duties_that_end(cast, fixed_clock):
    edition = await cast.edition()
    for name, until in (("ada", date(2027, 5, 6)), ("dov", date(2027, 5, 20)), ("eve", date(2027, 4, 20))):
        await editions.give_duty(await cast.person(name), edition, Duties.EDITOR, until=until)
    assert await waits(cast, "bo") == [("1 duty ends within a week", "2027, since Apr 29, 2027", "Look who does what", "/office/2027/editions/duties")]
    assert await waits(cast, "fay") == []


async def test_what_failed_for_good_waits_for_organizers_of_all(cast):
    await cast.edition()
    for name in ("core.send_letter", "core.send_letter", "people.forget_old"):
        await Job(name=name, ids={}, state=JobState.DEAD, due=clock.now(), made=clock.now(), tries=10).save(force_create=True)
    assert [(what, path) for what, _where, _button, path in await waits(cast, "gus")] == [
        ("1 job failed for good", "/office/outbox"), ("2 letters could not be sent", "/office/outbox"),
    ]  # fmt: skip
    assert await waits(cast, "bo") == []


@pytest.mark.parametrize(
    ("told", "what"),
    [
        (None, ["There is no backup yet"]), ("{", ["There is no backup yet"]), ('{"made": 7}', ["There is no backup yet"]), ("[]", ["There is no backup yet"]),
        ('{"made": "2027-04-30T12:00:00"}', ["There is no backup yet"]), ('{"made": "2027-04-28T12:00:00+00:00"}', ["The last backup is old"]),
        ('{"made": "2027-05-01T03:00:00+00:00"}', []),
    ],
)  # fmt: skip
async def test_how_old_the_backup_is(settings, fixed_clock, told, what):
    made = create_app(settings.model_copy(update={"demo": False}), clock=fixed_clock)
    async with opened(made.context):
        cast = Cast(made, lambda: new_browser(made))
        await cast.edition()
        gus = await cast.browser("gus")
        await SignIn.all().update(proved=clock.now())
        if told is not None:
            (settings.var / "backup.json").write_text(told)
        assert [one for one, *_rest in await waits(cast, "gus")] == what
        page = (await gus.get("/office/backup")).text
        assert "conference backup" in page and ("No backup was made" in page) is (what == ["There is no backup yet"])
        await cast.leave()


async def test_the_demo_needs_no_backup(cast):
    await cast.edition()
    assert await waits(cast, "gus") == []


def test_the_oldest_comes_first():
    now = date(2027, 5, 1)
    one, two, three = (Todo(title, now + timedelta(days=days), "/", "Go", where) for title, days, where in (("b", 1, ""), ("a", 1, "2027"), ("c", 0, "")))
    assert oldest_first([one, two, three]) == [three, one, two]


async def test_slices_give_what_waits_one_after_another(app):
    async def first(*, number: int, **_others) -> list[int]:
        return [number, number + 1]

    async def second(**_others) -> list[int]:
        return []

    set_panels({}, {"place": [first, second, first]})
    assert (await gather("place", number=5), await gather("elsewhere")) == ([5, 6, 5, 6], [])
    set_panels(PANELS, GATHERED)


async def test_the_page_costs_the_same_for_one_thing_and_for_thirty(cast, fixed_clock):
    edition, asked = await cast.edition(), []
    gus = await cast.browser("gus")
    for number in range(30):
        await editions.write_page(edition, f"page-{number}", {"en": BOTH["en"], "es": {"title": "", "body": ""}})
        if number in (0, 29):
            await gus.get("/office/")
            with counting() as statements:
                await gus.get("/office/")
            asked.append(len(statements))
    assert asked == [23, 23]


async def test_a_page_somebody_named_oddly_stays_text(cast, fixed_clock):
    edition = await cast.edition()
    await editions.write_page(edition, "travel", {"en": {"title": "<script>alert(1)</script>", "body": "x"}, "es": {"title": "", "body": ""}})
    page = (await (await cast.browser("fay")).get("/office/")).text
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


