"""Whom a letter reaches, and how it goes out: fifteen minutes to stop it, in portions, once to each."""

import asyncio

import pytest

from conference.core import audit, jobs, mail
from conference.core.jobs import Job
from conference.core.mail import Letter, LetterState
from conference.letters import actions, queries
from conference.letters.models import Mailing, MailingState
from conference.letters.segments import Segment
from conference.payments import actions as payments
from conference.payments.models import Method
from conference.payments.queries import payment_for
from conference.registration import actions as registration
from conference.registration.models import Order
from tests.cast import letter_text
from tests.letters.conftest import WORDS, let_it_go

SEGMENTS = {
    "all": (Segment(), ["Ana", "Bea", "Cam", "Eli"], 1),
    "one ticket": (Segment(ticket="free"), ["Ana", "Bea", "Eli"], 1),
    "another ticket": (Segment(ticket="sliding"), ["Cam"], 0),
    "English": (Segment(language="en"), ["Ana", "Cam", "Eli"], 1),
    "Spanish": (Segment(language="es"), ["Bea"], 0),
    "checks": (Segment(who="checks"), ["Cam"], 0),
    "interpretation": (Segment(interpretation="yes"), ["Ana", "Eli"], 0),
    "no interpretation": (Segment(interpretation="no"), ["Bea", "Cam"], 1),
    "all at once": (Segment(ticket="free", language="en", interpretation="no"), [], 1),
    "a ticket nobody knows": (Segment(ticket="gold"), [], 0),
}


async def test_who_lost_their_place_is_nobody_to_write_to(desk, fixed_clock):
    await registration.cancel(desk.orders["Ana"])
    mailing = await desk.write()
    assert (await queries.reach(mailing)).total == 3


@pytest.mark.parametrize("name", SEGMENTS)
async def test_whom_a_letter_reaches(desk, fixed_clock, name):
    segment, people, unreachable = SEGMENTS[name]
    mailing = await desk.write(segment)
    reach = await queries.reach(mailing)
    assert (reach.total, reach.unreachable) == (len(people), unreachable)
    if not people:
        with pytest.raises(actions.NobodyToReach):
            await actions.start(mailing, revision=1, by=desk.bo)
        return
    await actions.start(mailing, revision=1, by=desk.bo)
    await let_it_go(fixed_clock)
    assert await desk.sent() == people
    done = await Mailing.get(id=mailing.id)
    assert (done.state, done.posted, done.total, done.unreachable) == (MailingState.SENT, len(people), len(people), unreachable)


@pytest.mark.parametrize("segment", [Segment(), Segment(interpretation="no")])
@pytest.mark.parametrize("portion", [1, 3, 20])
async def test_who_registered_several_people_is_written_to_once(desk, fixed_clock, monkeypatch, segment, portion):
    monkeypatch.setattr(actions, "PORTION", portion)
    for name in ("Fin", "Gil"):
        await desk.house.register(name, email="Cam@example.org")
    await desk.house.register("Hua", email="hua@example.org")
    mailing = await desk.write(segment)
    others = 2 if segment.interpretation else 4  # Bea and Hua, and who needs interpretation
    assert (await queries.reach(mailing)).total == others + 1
    await actions.start(mailing, revision=1, by=desk.bo)
    await let_it_go(fixed_clock)
    done = await Mailing.get(id=mailing.id)
    to = [(await letter_text(row)).split("\n")[0] for row in await Letter.filter(name="letters.to_one")]
    assert (done.state, done.posted, done.total, len(set(to)), len(to)) == (MailingState.SENT, others + 1, others + 1, others + 1, others + 1)


async def test_two_addresses_with_one_hash_are_both_written_to(desk, fixed_clock, monkeypatch):
    """The index is of 32 bits."""
    monkeypatch.setattr(actions, "PORTION", 1)
    await Order.filter(email_blind__not_isnull=True).update(email_blind=7)
    mailing = await desk.write()
    await actions.start(mailing, revision=1, by=desk.bo)
    await let_it_go(fixed_clock)
    assert await desk.sent() == ["Ana", "Bea", "Cam", "Eli"]


async def test_who_paid_their_check_is_not_asked_for_it(desk, fixed_clock):
    payment = await payment_for("order", desk.orders["Cam"].id)
    await payments.receive(payment.id, method=Method.CHECK, by=desk.bo.id)
    assert (await queries.reach(await desk.write(Segment(who="checks")))).total == 0


async def test_one_person_is_written_to_by_their_reference(desk, fixed_clock):
    mailing = await desk.write(code=desk.orders["Bea"].code, words={"es": WORDS["es"]})
    await actions.start(mailing, revision=1, by=desk.bo)
    await let_it_go(fixed_clock)
    assert await desk.sent() == ["Bea"]
    [row] = await Letter.filter(name="letters.to_one")
    text = await letter_text(row)
    assert "To: bea@example.org\nSubject: Sobre los salones\n" in text and "Los salones abren a las **nueve**." in text
    assert f"Su referencia es {desk.orders['Bea'].code}." in text and f"<http://conference.test/2027/orders/{desk.orders['Bea'].code}/" in text


async def test_nothing_leaves_before_the_fifteen_minutes(desk, fixed_clock):
    mailing = await desk.write()
    await actions.start(mailing, revision=1, by=desk.bo)
    await let_it_go(fixed_clock, minutes=14)
    assert (await desk.sent(), (await Mailing.get(id=mailing.id)).state) == ([], MailingState.WAITING)
    await let_it_go(fixed_clock, minutes=1)
    assert len(await desk.sent()) == 4


async def test_stopped_in_time_it_is_a_draft_again_and_can_go_later(desk, fixed_clock):
    mailing = await desk.write()
    await actions.start(mailing, revision=1, by=desk.bo)
    fixed_clock.on(minutes=10)
    await actions.stop(mailing, by=desk.bo)
    assert (await Mailing.get(id=mailing.id)).state is MailingState.DRAFT
    await actions.start(mailing, revision=1, by=desk.bo)
    await let_it_go(fixed_clock, minutes=6)  # the first start's job comes, and finds a later one
    assert await desk.sent() == []
    await let_it_go(fixed_clock, minutes=9)
    assert len(await desk.sent()) == 4


async def test_a_pause_keeps_the_others_and_going_on_sends_them_once(desk, fixed_clock, monkeypatch):
    monkeypatch.setattr(actions, "PORTION", 2)
    mailing = await desk.write()
    await actions.start(mailing, revision=1, by=desk.bo)
    fixed_clock.on(minutes=15)
    while not await desk.sent():
        await jobs.run_due(1)
    await actions.pause(mailing, by=desk.bo)
    before = await desk.sent()
    await let_it_go(fixed_clock)
    assert await desk.sent() == before and 1 <= len(before) <= 2
    await actions.go_on(mailing, by=desk.bo)
    await let_it_go(fixed_clock)
    assert await desk.sent() == ["Ana", "Bea", "Cam", "Eli"]


async def test_stopped_midway_what_has_not_left_stays(desk, fixed_clock, monkeypatch):
    monkeypatch.setattr(actions, "PORTION", 2)
    mailing = await desk.write()
    await actions.start(mailing, revision=1, by=desk.bo)
    fixed_clock.on(minutes=15)
    await actions.begin(mailing.id)
    await actions.send_next(mailing.id)
    await actions.stop(mailing, by=desk.bo)
    await let_it_go(fixed_clock)
    assert {row.state for row in await Letter.filter(name="letters.to_one")} == {LetterState.DROPPED}
    assert (await Mailing.get(id=mailing.id)).state is MailingState.STOPPED and len(await desk.sent()) <= 2


async def test_the_next_portion_waits_for_the_one_before(desk, fixed_clock, monkeypatch):
    monkeypatch.setattr(actions, "PORTION", 2)
    mailing = await desk.write(Segment(language="en"))
    await actions.start(mailing, revision=1, by=desk.bo)
    fixed_clock.on(minutes=15)
    await actions.begin(mailing.id)
    await actions.send_some(mailing.id)
    first = await desk.sent()
    for _time in range(3):
        await actions.send_some(mailing.id)
    assert await desk.sent() == first
    fixed_clock.on(minutes=11)  # a letter that cannot leave does not keep the others for ever
    await actions.send_some(mailing.id)
    assert len(await desk.sent()) > len(first)


async def test_jobs_that_run_twice_send_once(desk, fixed_clock):
    mailing = await desk.write()
    await actions.start(mailing, revision=1, by=desk.bo)
    fixed_clock.on(minutes=15)
    for _time in range(2):
        await actions.begin(mailing.id)
    await asyncio.gather(*(actions.send_next(mailing.id) for _time in range(3)))
    for row in await Letter.filter(name="letters.to_one"):
        for _time in range(2):
            await jobs.later("core.send_letter", letter_id=row.id)
    await let_it_go(fixed_clock)
    assert await desk.sent() == ["Ana", "Bea", "Cam", "Eli"]
    assert (await Mailing.get(id=mailing.id)).posted == 4


async def test_two_who_start_it_at_once_start_it_once(desk):
    mailing = await desk.write()
    done = await asyncio.gather(*(actions.start(mailing, revision=1, by=desk.bo) for _time in range(3)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["ChangedMeanwhile", "ChangedMeanwhile", "NoneType"]
    assert await Job.filter(name="letters.begin").count() == 1


async def test_what_somebody_else_changed_is_not_sent_unseen(desk):
    mailing = await desk.write()
    await actions.change(mailing, desk.edition, segment=Segment(language="es"), code=None, words=WORDS, revision=1, by=desk.bo)
    for act in (actions.start(mailing, revision=1, by=desk.bo), actions.change(mailing, desk.edition, segment=Segment(), code=None, words=WORDS, revision=1, by=desk.bo)):
        with pytest.raises(actions.ChangedMeanwhile):
            await act
    assert queries.Segment.of((await Mailing.get(id=mailing.id)).segment).language == "es"


async def test_what_is_under_way_cannot_be_changed(desk, fixed_clock):
    mailing = await desk.write()
    await actions.start(mailing, revision=1, by=desk.bo)
    with pytest.raises(actions.ChangedMeanwhile):
        await actions.change(mailing, desk.edition, segment=Segment(), code=None, words=WORDS, revision=1, by=desk.bo)
    await let_it_go(fixed_clock)
    for act in (actions.stop, actions.pause, actions.go_on):
        with pytest.raises(actions.ChangedMeanwhile):
            await act(mailing, by=desk.bo)


async def test_who_registers_after_it_began_gets_none(desk, fixed_clock):
    mailing = await desk.write()
    await actions.start(mailing, revision=1, by=desk.bo)
    fixed_clock.on(minutes=15)
    await actions.begin(mailing.id)
    fixed_clock.on(seconds=1)
    desk.orders["Fay"] = await desk.house.register("Fay", email="fay@example.org")
    await let_it_go(fixed_clock)
    assert await desk.sent() == ["Ana", "Bea", "Cam", "Eli"]


async def test_who_cancels_before_theirs_leaves_gets_none(desk, fixed_clock):
    mailing = await desk.write()
    await actions.start(mailing, revision=1, by=desk.bo)
    fixed_clock.on(minutes=15)
    await actions.begin(mailing.id)
    await actions.send_next(mailing.id)
    await registration.cancel(desk.orders["Ana"])
    await let_it_go(fixed_clock)
    states = {row.ids["order_id"]: row.state for row in await Letter.filter(name="letters.to_one")}
    assert states[str(desk.orders["Ana"].id)] is LetterState.DROPPED and list(states.values()).count(LetterState.KEPT) == 3


async def test_the_outbox_holds_ids_alone_and_answers_go_to_the_conference(desk, fixed_clock):
    mailing = await desk.write()
    await actions.start(mailing, revision=1, by=desk.bo)
    await let_it_go(fixed_clock)
    row = await Letter.filter(name="letters.to_one", language="en").first()
    assert sorted(row.ids) == ["mailing_id", "order_id"] and row.key == f"letters:{mailing.id}:{row.ids['order_id']}"
    message = await mail.compose(row)
    assert message["Reply-To"] == "hello@example.org" and "List-Unsubscribe" not in message
    html = message.get_body(("html",)).get_content()
    assert ">nine</strong>" in html and "<img" not in html


async def test_each_step_is_written_down(desk, fixed_clock):
    mailing = await desk.write()
    await actions.start(mailing, revision=1, by=desk.bo)
    await actions.stop(mailing, by=desk.bo)
    await actions.start(mailing, revision=1, by=desk.bo)
    fixed_clock.on(minutes=15)
    await actions.begin(mailing.id)
    await actions.pause(mailing, by=desk.bo)
    await actions.go_on(mailing, by=desk.bo)
    noted = [(entry.what, entry.actor, entry.facts) for entry in await audit.history(mailing.id)]
    assert sorted(noted) == sorted((f"letters.{what}", desk.bo.id, {}) for what in ("written", "started", "stopped", "started", "paused", "gone_on"))


@pytest.mark.parametrize("segment", [Segment(who="one"), Segment(who=""), Segment.of({}), Segment.of({"who": "friends"})])
async def test_where_nobody_is_named_it_is_not_everybody(desk, segment):
    with pytest.raises(actions.NobodyOfThisReference):
        await desk.write(segment)
    mailing = await desk.write()
    await Mailing.all().update(segment=segment.as_json())
    with pytest.raises(ValueError, match="names nobody"):
        await queries.reach(await Mailing.get(id=mailing.id))


async def test_counting_needs_portion_by_portion_leaves_nobody_out(desk, monkeypatch):
    monkeypatch.setattr(queries, "AT_ONCE", 2)
    reach = await queries.reach(await desk.write(Segment(interpretation="no")))
    assert (reach.by_language, reach.unreachable) == ({"es": 1, "en": 1}, 1)
