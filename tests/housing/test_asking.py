"""Asking for beds and offering some: what is kept, what is refused, what is taken back."""

import asyncio
from datetime import timedelta

import pytest

from conference.core import audit, codes, jobs, sealing
from conference.core.mail import Letter
from conference.editions.models import Edition
from conference.housing import actions, queries
from conference.housing.models import BedNight, BedOffer, BedRequest, OfferState, RequestState, Side, Stay
from tests.cast import newest_letter
from tests.housing.conftest import FRIDAY, SATURDAY, THURSDAY, letters, state


async def test_a_request_is_kept_sealed_with_a_code_and_a_reference(house):
    request = await house.ask("Zebulon", needs=["quiet"], languages=["es"], note="an oxygen machine", email="ana@example.org", phone="+13125550101")
    plain = sealing.open_one(request, "name", "needs", "languages", "note", "email", "phone", "claim")
    assert (plain.name, plain.needs, plain.languages, plain.note, plain.email, plain.phone) == ("Zebulon", '["quiet"]', '["es"]', "an oxygen machine", "ana@example.org", "+13125550101")
    assert codes.check(plain.claim) and len(request.code) == 6
    assert (request.state, request.people, request.nights) == (RequestState.OPEN, 2, ["2027-07-23", "2027-07-24"])
    assert [(entry.what, entry.facts) for entry in await audit.history(request.id)] == [("housing.asked", {})]


async def test_an_offer_has_as_many_beds_on_each_of_its_nights(house):
    offer = await house.offer(vetted=False, nights=[SATURDAY, THURSDAY, SATURDAY], kinds={"bed": 1, "sofa": 0, "floor": 4})
    assert [(night.night, night.beds, night.taken) for night in await queries.nights_of_offer(offer.id)] == [(THURSDAY, 5, 0), (SATURDAY, 5, 0)]
    assert (offer.state, offer.kinds, offer.street) == (OfferState.OFFERED, {"bed": 1, "floor": 4}, None)


@pytest.mark.parametrize("people", [0, -1, 13, 50])
async def test_a_party_is_of_one_to_twelve(house, people):
    with pytest.raises(actions.WrongNumber):
        await house.ask(people=people)
    with pytest.raises(actions.WrongNumber):
        await house.offer(kinds={"bed": people})
    assert (await BedRequest.all().count(), await BedOffer.all().count(), await BedNight.all().count()) == (0, 0, 0)


@pytest.mark.parametrize("nights", [[], [THURSDAY - timedelta(days=1)], [FRIDAY, FRIDAY + timedelta(days=3)], [FRIDAY.replace(year=2028)]])
async def test_nights_are_those_of_the_edition(house, nights):
    for refused in (house.ask(nights=nights), house.offer(nights=nights)):
        with pytest.raises(actions.WrongNights):
            await refused


async def test_once_it_is_over_nothing_is_asked_for(house, fixed_clock):
    fixed_clock.on(days=87)  # July 27
    for refused in (house.ask(), house.offer()):
        with pytest.raises(actions.Closed):
            await refused


async def test_a_form_sent_twice_is_one_request_and_with_other_answers_another(house):
    first, again = await house.ask(once="word"), await house.ask(once="word")
    other = await house.ask(once="word", people=3)
    assert (first.id == again.id, first.id == other.id, await BedRequest.all().count()) == (True, False, 2)
    offers = await asyncio.gather(*(house.offer(once="word", vetted=False) for _ in range(5)))
    assert (len({offer.id for offer in offers}), await BedOffer.all().count(), await BedNight.all().count()) == (1, 1, 2)


async def test_the_letter_has_the_link_and_no_word_that_was_typed(house):
    await house.ask("Zebulonquagmire", email="ana@example.org", note="Xylophagous")
    letter = await newest_letter("housing.received")
    assert letter.startswith("To: ana@example.org\nSubject: What you wrote has arrived\n") and "/2027/housing/requests/" in letter
    assert "Zebulon" not in letter and "Xylo" not in letter
    await house.offer(email="berta@example.org", vetted=False)
    assert "thank you for offering beds" in " ".join([(await newest_letter_of("offers"))])


async def newest_letter_of(folder: str) -> str:
    from tests.cast import letter_text

    found = [await letter_text(row) for row in await Letter.filter(name="housing.received")]
    return next(text for text in found if f"/housing/{folder}/" in text)


async def test_an_address_gets_ten_such_letters_a_day(house, fixed_clock):
    for number in range(12):
        await (house.ask if number % 2 else house.offer)(f"N{number}", email="flood@example.org", **({} if number % 2 else {"vetted": False}))
    assert len(await letters()) == 10
    fixed_clock.on(days=1, minutes=1)
    await house.ask(email="flood@example.org")
    assert len(await letters()) == 11


async def test_without_an_address_there_is_no_letter(house):
    await house.ask(phone="+13125550101")
    await house.offer()
    assert await letters() == [("vetted", "")] and await jobs.run_due() >= 1
    assert [str(row.state) for row in await Letter.all()] == ["dropped"]


async def test_taking_back_frees_both_and_tells_the_other(house):
    request, offer = await house.ask(email="ana@example.org"), await house.offer(email="berta@example.org")
    await house.placed(request, offer)
    assert await house.taken(offer) == [2, 2]
    await actions.withdraw(request)
    assert [await state(row) for row in (request, offer, await Stay.get())] == ["withdrawn", "vetted", "declined"]
    assert (await house.taken(offer), [one for one in await letters() if one[0] == "over"]) == ([0, 0], [("over", "host")])
    await actions.withdraw(request)
    assert await state(request) == "withdrawn"


async def test_a_host_who_takes_back_frees_every_party(house):
    offer = await house.offer(kinds={"bed": 4})
    parties = [await house.ask("Ana", email="ana@example.org"), await house.ask("Cleo", email="cleo@example.org")]
    await house.placed(parties[0], offer)
    await house.propose(parties[1], offer)
    await actions.withdraw(offer)
    assert [await state(row) for row in (offer, *parties)] == ["withdrawn", "open", "open"]
    # Cleo was never asked, so nothing is over for her
    assert ([one for one in await letters() if one[0] == "over"], await house.taken(offer), await house.recounted()) == ([("over", "guest")], [0, 0], True)
    with pytest.raises(actions.CannotBeAsked):
        await house.propose(parties[0], offer)


async def test_a_host_is_vetted_once_and_not_after_taking_back(house):
    offer = await house.offer(vetted=False, email="berta@example.org")
    for _twice in range(2):
        await actions.vet(offer, by=house.by.id)
    assert (await state(offer), [one for one in await letters() if one[0] == "vetted"]) == ("vetted", [("vetted", "")])
    await actions.withdraw(offer)
    with pytest.raises(actions.CannotBeAsked):
        await actions.vet(offer, by=house.by.id)


async def test_the_street_is_asked_for_after_the_first_yes(house):
    request, offer = await house.ask(), await house.offer()
    stay = await house.propose(request, offer)
    with pytest.raises(Exception, match="once you said yes"):
        await actions.give_street(offer, "1 North Street")
    await actions.say_yes(stay, Side.HOST)
    await actions.give_street(offer, "1 North Street")
    assert sealing.open_one(await BedOffer.get(id=offer.id), "street").street == "1 North Street"


async def test_no_edition_sees_anothers(house, cast):
    other: Edition = await cast.edition("2028")
    request, offer = await house.ask(), await house.offer()
    for refused in (queries.request_by_code(other, request.code), queries.offer_by_code(other, offer.code), queries.own(BedRequest, other, request.id, [queries.token_of(request)])):
        with pytest.raises(Exception, match="no such page"):
            await refused
