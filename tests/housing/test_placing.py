"""Host asked, guest asked, both yes; no from either; lapsing; the contacts."""

from datetime import UTC, datetime, timedelta

import pytest

from conference.core import audit, sealing
from conference.editions.actions import give_duty
from conference.editions.models import Duties
from conference.housing import actions, queries
from conference.housing.models import BedNight, BedOffer, BedRequest, Side, Stay, StayState
from tests.cast import newest_letter
from tests.housing.conftest import FRIDAY, SATURDAY, SUNDAY, letters, state

ANA, BERTA = {"email": "ana@example.org"}, {"email": "berta@example.org"}


async def test_host_then_guest_then_both(house):
    request, offer = await house.ask(**ANA), await house.offer(**BERTA)
    stay = await house.propose(request, offer)
    seen = [(await state(stay), await state(request), await house.taken(offer))]
    await actions.say_yes(stay, Side.HOST)
    seen.append((await state(stay), await state(request), await house.taken(offer)))
    await actions.say_yes(stay, Side.GUEST)
    seen.append((await state(stay), await state(request), await house.taken(offer)))
    assert seen == [("host-asked", "asked", [2, 2]), ("guest-asked", "asked", [2, 2]), ("placed", "placed", [2, 2])]
    assert [one for one in await letters() if one[0] not in ("received", "vetted")] == [("placed", "guest"), ("placed", "host"), ("question", "guest"), ("question", "host")]


async def test_letters_name_nobody(house):
    request = await house.ask("Zebulonquagmire", note="Xylophagous", phone="+13125550177", **ANA)
    offer = await house.offer("Quetzalcanary", neighborhood="Pelicanville", phone="+13125550188", **BERTA)
    stay = await house.propose(request, offer)
    said = [await newest_letter("housing.question")]
    await actions.say_yes(stay, Side.HOST)
    await actions.give_street(offer, "1 Canary Lane")
    await actions.say_yes(stay, Side.GUEST)
    said.append(await newest_letter("housing.placed"))
    await actions.say_no(stay, Side.HOST)
    said.append(await newest_letter("housing.over"))
    for word in ("Zebulon", "Xylo", "Quetzal", "Pelican", "Canary", "55501"):
        assert [word in letter for letter in said] == [False] * 3, word
    assert [letter.split("\n")[1] for letter in said] == ["Subject: We have a question for you", "Subject: Both of you said yes", "Subject: A change you should know of"]


async def test_the_guest_cannot_answer_before_the_host(house):
    stay = await house.propose(await house.ask(), await house.offer())
    with pytest.raises(actions.TooLate):
        await actions.say_yes(stay, Side.GUEST)
    await actions.say_no(stay, Side.GUEST)
    assert await state(stay) == "host-asked"


async def test_saying_yes_twice_is_saying_it_once(house):
    request, offer = await house.ask(**ANA), await house.offer(**BERTA)
    stay = await house.propose(request, offer)
    for side in (Side.HOST, Side.HOST, Side.GUEST, Side.GUEST, Side.HOST):
        await actions.say_yes(stay, side)
    assert (await state(stay), await house.taken(offer), [one[0] for one in await letters()].count("placed")) == ("placed", [2, 2], 2)


@pytest.mark.parametrize(("side", "steps"), [(Side.HOST, 0), (Side.HOST, 1), (Side.HOST, 2), (Side.GUEST, 1), (Side.GUEST, 2)])
async def test_a_no_from_either_frees_both_and_says_not_whose(house, side, steps):
    request, offer = await house.ask(**ANA), await house.offer(**BERTA)
    stay = await house.propose(request, offer)
    for asked in (Side.HOST, Side.GUEST)[:steps]:
        await actions.say_yes(stay, asked)
    for _twice in range(2):
        await actions.say_no(stay, side)
    assert (await state(stay), await state(request), await house.taken(offer)) == ("declined", "open", [0, 0])
    told = [who for name, who in await letters() if name == "over"]
    assert told == ([] if (side, steps) == (Side.HOST, 0) else ["guest" if side is Side.HOST else "host"])
    [freed] = [entry for entry in await audit.history(stay.id) if entry.what == "housing.freed"]
    assert (freed.facts, freed.actor) == ({"state": "declined"}, None)
    with pytest.raises(actions.TooLate):
        await actions.say_yes(stay, side)


async def test_a_party_is_asked_for_with_one_host_at_a_time(house):
    request = await house.ask()
    await house.propose(request, await house.offer())
    with pytest.raises(actions.AskedMeanwhile):
        await house.propose(request, await house.offer("Carl"))
    assert (await Stay.all().count(), await house.recounted()) == (1, True)


async def test_a_host_nobody_has_spoken_with_is_not_asked(house):
    request, offer = await house.ask(), await house.offer(vetted=False)
    with pytest.raises(actions.CannotBeAsked):
        await house.propose(request, offer)
    assert (await state(request), await Stay.all().count()) == ("open", 0)


@pytest.mark.parametrize(("people", "nights"), [(4, [FRIDAY]), (1, [SUNDAY]), (1, [FRIDAY, SATURDAY, SUNDAY])])
async def test_more_than_a_host_has_is_refused_whole(house, people, nights):
    request, offer = await house.ask(people=people, nights=nights), await house.offer()
    with pytest.raises(actions.NoRoom):
        await house.propose(request, offer)
    assert (await state(request), await Stay.all().count(), await house.taken(offer)) == ("open", 0, [0, 0])


async def test_nights_are_filled_apart(house):
    offer = await house.offer()
    await house.propose(await house.ask(people=3, nights=[FRIDAY]), offer)
    await house.propose(await house.ask(people=1, nights=[SATURDAY]), offer)
    assert await house.taken(offer) == [3, 1]


async def test_a_question_is_repeated_once_after_two_days_and_over_after_five(house, fixed_clock):
    request, offer = await house.ask(**ANA), await house.offer(**BERTA)
    stay = await house.propose(request, offer)
    counts = []
    for days in (1.9, 0.2, 1.0, 1.8):
        fixed_clock.on(days=days)
        await actions.remind()
        await actions.let_lapse()
        counts.append(([one for one in await letters() if one[0] == "reminder"], await state(stay)))
    assert counts == [([], "host-asked"), ([("reminder", "host")], "host-asked"), ([("reminder", "host")], "host-asked"), ([("reminder", "host")], "host-asked")]
    fixed_clock.on(hours=3)
    await actions.remind()
    await actions.let_lapse()
    assert (await state(stay), await state(request), await house.taken(offer)) == ("lapsed", "open", [0, 0])
    assert [one for one in await letters() if one[0] == "over"] == [("over", "host")]


async def test_each_side_has_its_own_days_and_its_own_reminder(house, fixed_clock):
    request, offer = await house.ask(**ANA), await house.offer(**BERTA)
    stay = await house.propose(request, offer)
    fixed_clock.on(days=4)
    await actions.remind()
    await actions.say_yes(stay, Side.HOST)
    fixed_clock.on(days=4)
    await actions.remind()
    await actions.let_lapse()
    assert (await state(stay), [one for one in await letters() if one[0] == "reminder"]) == ("guest-asked", [("reminder", "guest"), ("reminder", "host")])
    reminder = await newest_letter("housing.reminder")
    assert "To: ana@example.org\nSubject: Our question still waits for you" in reminder
    fixed_clock.on(days=1, minutes=1)
    await actions.let_lapse()
    assert ([who for name, who in await letters() if name == "over"], await house.recounted()) == (["guest", "host"], True)


async def test_after_five_days_a_yes_comes_too_late_even_before_the_clockwork(house, fixed_clock):
    request, offer = await house.ask(), await house.offer()
    stay = await house.propose(request, offer)
    fixed_clock.on(days=5)
    with pytest.raises(actions.TooLate):
        await actions.say_yes(stay, Side.HOST)
    await actions.say_no(stay, Side.HOST)
    assert (await state(stay), await house.taken(offer)) == ("declined", [0, 0])


async def test_a_letter_that_waited_too_long_says_nothing(house, fixed_clock):
    from conference.core import mail
    from conference.core.mail import Letter

    await house.propose(await house.ask(), await house.offer(**BERTA))
    row = await Letter.get(name="housing.question")
    assert await mail.compose(row) is not None
    fixed_clock.on(days=5)
    assert await mail.compose(row) is None


async def test_contacts_are_opened_once_both_said_yes_until_departure_and_each_time_is_written_down(house, fixed_clock):
    request, offer = await house.ask("Ana", **ANA), await house.offer("Berta", **BERTA)
    stay = await house.propose(request, offer)
    await actions.say_yes(stay, Side.HOST)
    for side in Side:
        with pytest.raises(actions.CardOver):
            await actions.open_card(house.edition, stay, side)
    await actions.say_yes(stay, Side.GUEST)
    host, guest = await actions.open_card(house.edition, stay, Side.GUEST), await actions.open_card(house.edition, stay, Side.HOST)
    assert [sealing.open_one(row, "name").name for row in (host, guest)] == ["Berta", "Ana"]
    assert sorted(side for _at, side in await queries.openings(stay)) == ["guest", "host"]
    fixed_clock.at = datetime(2027, 7, 26, 4, 59, tzinfo=UTC)  # still Sunday, the day of departure, in Chicago
    await actions.open_card(house.edition, stay, Side.GUEST)
    fixed_clock.on(minutes=2)
    with pytest.raises(actions.CardOver):
        await actions.open_card(house.edition, stay, Side.GUEST)
    await actions.end_stays()
    assert (await state(stay), await house.taken(offer)) == ("ended", [2, 2])


async def test_a_no_closes_the_contacts(house):
    stay = await house.placed(await house.ask(), await house.offer())
    await actions.say_no(stay, Side.GUEST)
    for side in Side:
        with pytest.raises(actions.CardOver):
            await actions.open_card(house.edition, stay, side)


async def test_arriving_is_noted_once(house, fixed_clock):
    stay = await house.placed(await house.ask(), await house.offer())
    await actions.arrive(house.edition, stay)
    fixed_clock.on(hours=1)
    await actions.arrive(house.edition, stay)
    assert (await Stay.get(id=stay.id)).arrived == fixed_clock.at - timedelta(hours=1)


async def test_who_needs_to_leave_is_told_to_those_with_the_duty_at_most_once_an_hour(house, cast, fixed_clock):
    stay = await house.placed(await house.ask("Zebulon"), await house.offer("Quetzal"))
    await give_duty(await cast.person("dov"), house.edition, Duties.HOUSING)
    await give_duty(await cast.person("eve"), None, Duties.HOUSING)
    await give_duty(await cast.person("fay"), house.edition, Duties.HOUSING, until=fixed_clock.at.date() - timedelta(days=2))
    for minutes in (0, 5, 60):
        fixed_clock.on(minutes=minutes)
        await actions.leave(house.edition, stay)
    letter = await newest_letter("housing.leaving")
    assert [name for name, _side in await letters()].count("leaving") == 4
    assert f"/office/2027/housing/requests/{(await BedRequest.get()).code}" in letter and "Zebulon" not in letter and "Quetzal" not in letter
    assert letter.split("\n")[0] in ("To: dov@example.org", "To: eve@example.org")


async def test_without_a_coordinator_the_organizers_are_told(house):
    stay = await house.placed(await house.ask(), await house.offer())
    await actions.leave(house.edition, stay)
    assert (await newest_letter("housing.leaving")).startswith("To: bo@example.org\n")


async def test_who_is_not_placed_neither_arrives_nor_leaves(house):
    stay = await house.propose(await house.ask(), await house.offer())
    for refused in (actions.arrive(house.edition, stay), actions.leave(house.edition, stay)):
        with pytest.raises(actions.CardOver):
            await refused


async def test_fourteen_days_after_the_end_nothing_is_left(house, fixed_clock, cast):
    stay = await house.placed(await house.ask(), await house.offer())
    other = await cast.edition("2028", begins=FRIDAY.replace(year=2028), ends=SUNDAY.replace(year=2028))
    kept = await actions.ask_for_beds(other, name="Later", people=1, nights=[FRIDAY.replace(year=2028)], language="en")
    fixed_clock.at = datetime(2027, 8, 9, 4, 0, tzinfo=UTC)  # August 8 in Chicago: the fourteenth day
    await actions.let_go()
    assert await Stay.exists(id=stay.id)
    fixed_clock.on(days=1)
    await actions.let_go()
    assert [await model.all().count() for model in (Stay, BedRequest, BedOffer, BedNight)] == [0, 1, 0, 0]
    assert await state(kept) == "open"


async def test_states_are_said_in_both_languages():
    from conference.core.i18n import speaking
    from conference.housing.forms import STATE_NAMES

    with speaking("es"):
        assert str(STATE_NAMES[StayState.DECLINED]) == "Dijeron que no"
