"""Giving and ending duties."""

from datetime import date

import pytest

from conference.core import jobs
from conference.editions import actions
from conference.editions.access import audience_of, duties_of
from conference.editions.models import Duties, Duty
from conference.people.models import Person
from tests.cast import newest_letter
from tests.hostile import TEXTS, URLENCODED, form_body
from tests.queries import counting

HERE = "/office/2027/editions/duties"


async def test_a_duty_is_given_to_an_address_and_a_letter_says_so(cast):
    bo = await cast.browser("bo")
    answer = await bo.post(HERE, data={"email": "Mar@example.org", "duty": "editor", "until": "2027-08-01"})
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    duty = await Duty.get(duty=Duties.EDITOR).select_related("person")
    assert (duty.until, duty.person.confirmed) == (date(2027, 8, 1), None)
    page = (await bo.get(HERE)).text
    assert "Mar@example.org" in page and "Aug 1, 2027" in page
    await jobs.run_due()
    letter = await newest_letter("editions.duty_given")
    assert "To: Mar@example.org" in letter and "Editor: pages, schedule, notes" in letter and "<http://conference.test/office/>" in letter


async def test_a_duty_given_twice_is_one_and_its_last_day_can_be_moved(cast):
    bo = await cast.browser("bo")
    for until in ("", "", "2027-09-01"):
        assert (await bo.post(HERE, data={"email": "mar@example.org", "duty": "editor", "until": until})).status_code == 303
    assert await Duty.filter(duty=Duties.EDITOR).values_list("until", flat=True) == [date(2027, 9, 1)]


async def test_a_duty_ends_with_its_last_day(cast, fixed_clock):
    edition, person = await cast.edition(), await cast.person("ada")
    await actions.give_duty(person, edition, Duties.EDITOR, until=date(2027, 5, 1))
    fixed_clock.on(hours=23)  # May 2, 11:00 in Greenwich; the first of May is not over everywhere
    assert await duties_of(person, edition) == {Duties.EDITOR}
    fixed_clock.on(hours=2)
    assert await duties_of(person, edition) == frozenset()


async def test_the_last_organizer_cannot_be_let_go(cast):
    bo = await cast.browser("bo")
    duty = await Duty.get(duty=Duties.ORGANIZER)
    answer = await bo.post(f"{HERE}/{duty.id}/end")
    assert answer.status_code == 422 and "Somebody has to be the organizer" in answer.text
    answer = await bo.post(HERE, data={"email": "bo@example.org", "duty": "organizer", "until": "2027-06-01"})
    assert answer.status_code == 422 and "Somebody has to be the organizer" in answer.text
    assert await Duty.get(id=duty.id) == duty


async def test_who_has_an_end_does_not_count_as_the_one_who_stays(cast):
    bo, edition = await cast.browser("bo"), await cast.edition()
    own = await Duty.get(duty=Duties.ORGANIZER)
    await actions.give_duty(await cast.person("ada"), edition, Duties.ORGANIZER, until=date(2027, 6, 1))
    assert (await bo.post(f"{HERE}/{own.id}/end")).status_code == 422


async def test_who_ends_their_own_duty_goes_on_to_their_own_things(cast):
    bo, edition = await cast.browser("bo"), await cast.edition()
    own = await Duty.get(duty=Duties.ORGANIZER)
    await actions.give_duty(await cast.person("ada"), edition, Duties.ORGANIZER)
    answer = await bo.post(f"{HERE}/{own.id}/end")
    assert (answer.status_code, answer.headers["location"]) == (303, "/my")
    assert ((await bo.get("/my")).status_code, (await bo.get(HERE)).status_code) == (200, 404)
    assert (await bo.post(f"{HERE}/{own.id}/end")).status_code == 404


async def test_ending_ones_own_duty_is_asked_once_more(cast):
    bo, edition = await cast.browser("bo"), await cast.edition()
    own = await Duty.get(duty=Duties.ORGANIZER)
    assert f'href="{HERE}/{own.id}/end"' in (await bo.get(HERE)).text
    last = await bo.get(f"{HERE}/{own.id}/end")
    assert last.status_code == 200 and "Somebody has to be the organizer" in last.text
    other = await actions.give_duty(await cast.person("ada"), edition, Duties.ORGANIZER)
    page = await bo.get(f"{HERE}/{own.id}/end")
    assert page.status_code == 200 and "This is your own duty." in page.text and f'action="{HERE}/{own.id}/end"' in page.text
    assert "This is your own duty." not in (await bo.get(f"{HERE}/{other.id}/end")).text
    assert await Duty.filter(duty=Duties.ORGANIZER).count() == 2


async def test_duties_for_all_editions_are_ended_among_themselves(cast):
    gus, bo = await cast.browser("gus"), await cast.browser("bo")
    everywhere = await Duty.get(edition_id=None)
    assert "for all editions" in (await bo.get(HERE)).text
    assert (await bo.post(f"{HERE}/{everywhere.id}/end")).status_code == 404
    assert (await gus.post(f"/office/editions/duties/{everywhere.id}/end")).status_code == 422
    assert (await gus.post("/office/editions/duties", data={"email": "mar@example.org", "duty": "organizer"})).headers["location"] == "/office/editions/duties"
    assert (await gus.post(f"/office/editions/duties/{everywhere.id}/end")).headers["location"] == "/my"


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"email": ""}, "Please fill this in."),
        ({"email": "x" * 300 + "@example.org"}, "at most 254 characters"),
        ({"email": "<b>bo</b>"}, "does not look like an e-mail address"),
        ({"email": "bo@example.org\nBcc: all@example.org"}, "does not look like an e-mail address"),
        ({"duty": ""}, "Please choose one of these."),
        ({"duty": "queen"}, "Please choose one of these."),
        ({"until": "tomorrow"}, "like 2027-07-24"),
        ({"until": "2027-04-30"}, "This day is over."),
        ({"until": "99999-01-01"}, "like 2027-07-24"),
    ],
)
async def test_what_cannot_be_used_is_explained_and_kept(cast, sent, told):
    bo = await cast.browser("bo")
    before = await Person.all().count()
    answer = await bo.post(HERE, data={"email": "mar@example.org", "duty": "editor"} | sent)
    assert answer.status_code == 422 and told in answer.text
    assert (await Duty.all().count(), await Person.all().count()) == (1, before)
    if "<" in sent.get("email", ""):
        assert 'value="&lt;b&gt;bo&lt;/b&gt;"' in answer.text


@pytest.mark.parametrize("name", TEXTS)
async def test_odd_words_are_no_address(cast, name):
    bo = await cast.browser("bo")
    answer = await bo.post(HERE, content=form_body({"duty": "editor"}, email=TEXTS[name][0]), headers=URLENCODED)
    assert (answer.status_code in (400, 422), await Duty.all().count()) == (True, 1)


async def test_a_file_is_no_address(cast):
    bo = await cast.browser("bo")
    answer = await bo.post(HERE, data={"duty": "editor"}, files={"email": ("a.txt", b"mar@example.org", "text/plain")})
    assert answer.status_code == 422 and "Please fill this in." in answer.text


async def test_audiences_are_public_participants_and_staff(cast):
    edition, other = await cast.edition(), await cast.edition("2028")
    bo, dov, ada, gus = [await cast.person(name) for name in ("bo", "dov", "ada", "gus")]
    await actions.take_part(ada, edition, "checked in")
    everything = {"public", "participants", "staff"}
    found = {name: await audience_of(person, edition) for name, person in (("bo", bo), ("gus", gus), ("ada", ada), ("dov", dov), ("nobody", None))}
    assert found == {"bo": everything, "gus": everything, "ada": {"public", "participants"}, "dov": {"public"}, "nobody": {"public"}}
    assert [await audience_of(person, other) for person in (bo, gus, ada)] == [{"public"}, everything, {"public"}]


async def test_the_list_costs_the_same_for_one_duty_and_for_thirty(cast):
    bo, edition = await cast.browser("bo"), await cast.edition()
    asked = []
    for number in range(30):
        await actions.give_duty(await cast.person(f"person{number}"), edition, Duties.NOTE_TAKER)
        if number in (0, 29):
            await bo.get(HERE)
            with counting() as statements:
                await bo.get(HERE)
            asked.append(len(statements))
    assert asked == [3, 3]


async def test_two_organizers_cannot_let_each_other_go_at_once(cast):
    import asyncio

    edition = await cast.edition()
    both = [await actions.give_duty(await cast.person(name), edition, Duties.ORGANIZER) for name in ("ada", "dov")]
    done = await asyncio.gather(*(actions.take_duty(duty) for duty in both), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["LastOrganizer", "NoneType"]
    assert await Duty.all().count() == 1
