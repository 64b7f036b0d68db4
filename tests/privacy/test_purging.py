"""What has had its time goes by the published days, in steps that may run again."""

import os
from datetime import date, timedelta

import pytest

from conference.core import jobs, links, mail, sealing
from conference.core.copies import sqlite
from conference.core.keyring import ScopeDestroyed
from conference.core.mail import Letter
from conference.core.running import running
from conference.core.sealing_models import IndexWord
from conference.editions import actions as editions
from conference.editions.models import Edition
from conference.people.actions import link_for, person_for, sign_in
from conference.people.models import Person, SignIn
from conference.people.queries import open_link
from conference.privacy import actions, queries
from conference.privacy.models import Purged
from conference.registration import actions as registration
from conference.registration.models import Attendee, Order, OrderState, WaitingEntry
from conference.registration.queries import ORDER_LINK

AFTER_END = {"needs": date(2027, 8, 1), "registrations": date(2027, 9, 23)}


async def test_the_days_of_an_edition_are_those_it_promised(house):
    found = {line.days: line.due for line in await queries.lines(house.edition)}
    assert (found[7], found[60]) == (AFTER_END["needs"], AFTER_END["registrations"])


async def test_nothing_goes_before_its_day(house, fixed_clock):
    order = await house.register("Ana", email="ana@example.org", needs={"food": ["vegan"]})
    fixed_clock.on(days=91)  # July 31st
    assert await actions.purge() == []
    assert sealing.open_one(await Attendee.get(order_id=order.id), "needs").needs


async def test_needs_go_first_and_names_stay_until_their_own_day(house, fixed_clock):
    order = await house.register("Ana", email="ana@example.org", needs={"food": ["vegan"]})
    await jobs.run_due()
    fixed_clock.on(days=92)
    done = [one for one in await actions.purge() if one.slug]
    attendee = await Attendee.get(order_id=order.id)
    assert [(one.slug, one.name.rpartition(":")[2], one.due, one.rows) for one in done] == [("2027", "end7", AFTER_END["needs"], 1)]
    assert (attendee.needs, sealing.open_one(attendee, "badge_name").badge_name) == (None, "Ana")
    fixed_clock.on(days=60)
    await actions.purge()
    order = await Order.get(id=order.id)
    assert (order.email, order.email_blind, order.claim, order.claim_blind, order.state) == (None, None, None, None, OrderState.CONFIRMED)
    assert (await Attendee.get(order_id=order.id)).badge_name is None and await IndexWord.all().count() == 0


async def test_what_is_gone_is_noted_once_and_not_looked_at_again(house, fixed_clock):
    await house.register("Ana", needs={"food": ["vegan"]})
    fixed_clock.on(days=92)
    await actions.purge()
    first = await Purged.filter(edition_id=house.edition.id).values("name", "due", "rows", "done")
    fixed_clock.on(days=1)
    assert [one for one in await actions.purge() if one.slug] == []
    assert await Purged.filter(edition_id=house.edition.id).values("name", "due", "rows", "done") == first
    assert [(row["due"], row["rows"]) for row in first] == [(AFTER_END["needs"], 1)]


async def test_after_a_crash_between_keys_and_rows_the_next_time_finishes(house, fixed_clock, monkeypatch):
    order = await house.register("Ana", needs={"food": ["vegan"]})
    fixed_clock.on(days=92)

    async def dies(_portion):
        raise RuntimeError("the machine stops")

    with monkeypatch.context() as broken:
        broken.setattr(sealing.Portion, "empty", dies)
        with pytest.raises(RuntimeError):
            await actions.purge()
    attendee = await Attendee.get(order_id=order.id)
    assert attendee.needs and sealing.open_one(attendee, "needs").needs is None, "its key is gone already"
    await actions.purge()
    assert (await Attendee.get(order_id=order.id)).needs is None


async def test_a_keyring_that_is_a_copy_keeps_its_keys_and_says_so(house, fixed_clock, caplog):
    order = await house.register("Ana", needs={"food": ["vegan"]})
    running().keyring.path.chmod(0o400)
    fixed_clock.on(days=92)
    await actions.purge()
    assert (await Attendee.get(order_id=order.id)).needs is None
    assert await Purged.filter(edition_id=house.edition.id).count() == 0, "it is done when the keys are gone too"
    assert [heap.name.rpartition(":")[2] for heap in await queries.pending()] == ["end7"]
    running().keyring.path.chmod(0o600)
    await actions.purge()
    assert await queries.pending() == []


async def test_an_edition_of_the_past_that_is_entered_late_is_counted_from_then(cast, fixed_clock):
    old = await cast.edition("2006", begins=date(2006, 7, 28), ends=date(2006, 7, 30))
    assert {line.days: line.due for line in await queries.lines(old)}[7] == fixed_clock.at.date() + timedelta(days=7)


async def test_a_slip_of_the_pen_in_the_last_day_deletes_nothing(house, cast, fixed_clock):
    await house.register("Ana", needs={"food": ["vegan"]})
    fixed_clock.on(days=80)  # before the conference
    with pytest.raises(editions.MovedIntoThePast):
        await editions.change_edition(house.edition, begins=date(2017, 7, 23), ends=date(2017, 7, 25))
    await editions.change_edition(house.edition, begins=date(2027, 7, 17), ends=date(2027, 7, 18))
    assert await actions.purge() == [] and (await Edition.get(id=house.edition.id)).ends == date(2027, 7, 18)


async def test_adding_to_what_is_gone_is_refused_with_a_page(house, fixed_clock, visitor):
    order = await house.register("Ana", email="ana@example.org")
    await visitor.get(f"/2027/orders/{order.code}/{links.token(ORDER_LINK, order.id, order.version)}")
    fixed_clock.on(days=92)
    await actions.purge()
    with pytest.raises(ScopeDestroyed):
        sealing.seal(await Attendee.get(order_id=order.id), needs="{}")
    answer = await visitor.post(f"/2027/orders/{order.code}/changes", data={"badge_name": "Ana", "language": "en", "email": "ana@example.org", "food": "vegan"})
    assert answer.status_code == 422 and "can no longer be changed" in answer.text


async def test_what_nobody_finished_goes_after_two_weeks(house, fixed_clock):
    bought = await house.buy("Ana", email="ana@example.org")
    kept = await house.register("Bea", email="bea@example.org")
    await registration.join_waiting_list(house.edition, house.free, email="wilma@example.org", language="en")
    [waiting] = await WaitingEntry.all()
    await registration.leave_waiting_list(waiting)
    await Order.filter(id=bought.id).update(state=OrderState.EXPIRED)
    fixed_clock.on(days=13)
    await actions.purge()
    assert (await Order.get(id=bought.id)).email and (await WaitingEntry.get()).email
    fixed_clock.on(days=2)
    assert [(one.name, one.rows) for one in await actions.purge() if one.name == "unfinished"] == [("unfinished", 2)]
    assert ((await Order.get(id=bought.id)).email, (await Attendee.get(order_id=bought.id)).badge_name, (await WaitingEntry.get()).email) == (None, None, None)
    assert (await Order.get(id=kept.id)).email is not None


async def test_letters_are_forgotten_a_week_after_they_ended(house, fixed_clock):
    order = await house.register("Ana", email="ana@example.org")
    await jobs.run_due()
    assert await Letter.all().values_list("state", flat=True) == [mail.LetterState.KEPT]
    await mail.post("registration.confirmation", key="waits", language="en", order_id=order.id)
    fixed_clock.on(days=8)
    await actions.purge()
    assert await Letter.all().values_list("key", flat=True) == ["waits"], "what was not sent yet waits"


async def test_an_address_that_is_used_again_is_kept_from_then_on(app, fixed_clock, cast):
    person = await cast.person("ada")
    await sign_in(await open_link((await link_for(person)).rpartition("/")[2]))
    fixed_clock.on(days=700)
    await sign_in(await open_link((await link_for(person)).rpartition("/")[2]))
    fixed_clock.on(days=100)
    await actions.purge()
    assert (await Person.get(id=person.id)).email
    fixed_clock.on(days=631)
    await actions.purge()
    assert not await Person.exists(id=person.id)


async def test_a_person_another_row_points_at_stays_without_an_address_and_without_a_sign_in(house, fixed_clock):
    person = await person_for("ada@example.org", "en")
    order = await house.register("Ada", person=person)
    await SignIn(person_id=person.id, digest="x", made=fixed_clock.at, expires=fixed_clock.at + timedelta(days=3_000)).save()
    fixed_clock.on(days=731)
    await actions.purge()
    assert ((await Person.get(id=person.id)).email, (await Order.get(id=order.id)).person_id, await SignIn.all().count()) == (None, person.id, 0)


async def test_copies_that_migrations_made_do_not_lie_about(tmp_path, fixed_clock):
    for name, age in (("c.sqlite3.before-0002", 20), ("c.sqlite3.before-0003", 2)):
        (tmp_path / name).write_text("x")
        stamp = (fixed_clock.at - timedelta(days=age)).timestamp()
        os.utime(tmp_path / name, (stamp, stamp))
    assert sqlite.drop_older(tmp_path / "c.sqlite3", fixed_clock.at - timedelta(days=14)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["c.sqlite3.before-0003"]


async def test_the_office_page_tells_the_days_and_what_is_gone(house, fixed_clock, cast):
    await house.register("Ana", needs={"food": ["vegan"]})
    bo = await cast.browser("bo")
    page = (await bo.get("/office/2027/privacy/")).text
    assert "Aug 1, 2027" in page and "not yet" in page and "No copy of the database" in page
    fixed_clock.on(days=20)
    await actions.purge()
    fixed_clock.on(days=80)
    await Edition.filter(id=house.edition.id).update(public=True)
    page = (await (await cast.browser("gus")).get("/office/2027/privacy/")).text
    assert "overdue: is a worker running?" in page
    await actions.purge()
    page = (await (await cast.browser("gus")).get("/office/2027/privacy/?lang=es")).text
    assert "9 ago 2027" in page and "overdue" not in page


@pytest.mark.parametrize(("who", "status"), [("eve", 403), ("cleo", 403), ("dov", 404)])
async def test_the_office_page_is_the_organizers(house, cast, who, status):
    assert (await (await cast.browser(who)).get("/office/2027/privacy/")).status_code == status


async def test_the_office_page_asks_for_a_sign_in(house, visitor):
    answer = await visitor.get("/office/2027/privacy/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Foffice%2F2027%2Fprivacy%2F")


async def test_the_public_page_tells_the_day_and_that_it_was_kept(house, fixed_clock, visitor):
    await house.register("Ana", needs={"food": ["vegan"]})
    page = (await visitor.get("/held")).text
    assert "Aug 1, 2027" in page and "What is gone already" not in page
    fixed_clock.on(days=92)
    await actions.purge()
    page = (await visitor.get("/held")).text
    assert "What is gone already" in page and "Interpretation, access, childcare, food: Aug 1, 2027" in page
