"""What is told and forgotten; and unmistakable words that must appear nowhere else."""

from datetime import date

from conference.core import audit, jobs, sealing
from conference.core.holdings import Subject
from conference.core.panels import panel
from conference.editions.models import Duties
from conference.housing import actions, queries
from conference.housing.models import BedNight, BedOffer, BedRequest, Side, Stay
from conference.housing.privacy import about, forget
from tests.canaries import everything, told
from tests.housing.conftest import GUEST, HOST, letters, state

NAME, NOTE, MAIL, PHONE, PART, STREET = "Zebulonquagmire", "Xylophagouscanary", "quetzalcanary@example.org", "3125550163", "Pelicancanaryville", "Canarystrasse 7"
WORDS = (NAME, NOTE, MAIL, "quetzalcanary", PHONE, PART, STREET)


async def test_one_is_told_all_of_it_by_address_person_or_link(house, cast):
    ada = await cast.person("ada")
    request = await house.ask("Ana", email="ana@example.org", needs=["quiet"], languages=["es"], note="We sing.")
    offer = await house.offer("Berta", person=ada, phone="+13125550102")
    await house.ask("Somebody else", email="other@example.org")
    by_mail, by_person, by_link = [await about(subject) for subject in (Subject(email="ANA@example.org"), Subject(person_id=ada.id, email="ada@example.org"), Subject(tokens=[queries.token_of(request)]))]
    assert by_mail == by_link and len(by_mail) == len(by_person) == 1
    assert dict(by_mail[0].facts) == {
        "People": "2", "Nights": "Fri, Jul 23 – Sat, Jul 24", "Needs": "Quiet", "Name": "Ana", "Languages": "Spanish", "Remark": "We sing.", "E-mail address": "ana@example.org",
    }  # fmt: skip
    assert (by_mail[0].until, by_mail[0].path, by_mail[0].stays) == (date(2027, 8, 8), f"/2027/housing/requests/{request.id}", "")
    assert (by_person[0].title, by_person[0].path, dict(by_person[0].facts)["Part of town"]) == ("An offer of beds", f"/2027/housing/offers/{offer.id}", "North")
    token = queries.token_of(request)
    foreign = ("B" if token[0] == "A" else "A") + token[1:]
    assert await about(Subject()) == [] and await about(Subject(email="nobody@example.org", tokens=["x", foreign])) == []


async def test_forgetting_frees_the_other_side_and_leaves_nothing(house):
    request, offer = await house.ask("Ana", email="ana@example.org"), await house.offer("Berta", email="berta@example.org")
    await house.placed(request, offer)
    assert await forget(Subject(email="ana@example.org")) == 1
    assert (await BedRequest.all().count(), await Stay.all().count(), await state(offer), await house.taken(offer)) == (0, 0, "vetted", [0, 0])
    assert [one for one in await letters() if one[0] == "over"] == [("over", "host")]
    assert await forget(Subject(email="ana@example.org")) == 0
    assert await forget(Subject(tokens=[queries.token_of(offer)])) == 1
    assert (await BedOffer.all().count(), await BedNight.all().count()) == (0, 0)


async def test_letters_to_who_is_forgotten_are_dropped(house):
    request = await house.ask(email="ana@example.org")
    await house.placed(request, await house.offer())
    await forget(Subject(email="ana@example.org"))
    await jobs.run_due()
    from conference.core.mail import Letter

    assert {str(row.state) for row in await Letter.all()} == {"dropped"}


async def test_once_the_key_is_gone_pages_still_stand(house, visitor, cast):
    request, offer = await house.ask(NAME, note=NOTE), await house.offer()
    stay = await house.placed(request, offer)
    await sealing.destroy(sealing.scope_of(request, "name"))
    from tests.housing.conftest import opened

    pages = [await visitor.get(await opened(visitor, request)), await visitor.get(f"/2027/housing/stays/{stay.id}/guest"), await visitor.post(f"/2027/housing/stays/{stay.id}/guest/card")]
    bo = await cast.browser("bo")
    pages += [await bo.get(f"/office/2027/housing/{path}") for path in ("", f"requests/{request.code}", f"offers/{offer.code}")]
    assert [page.status_code for page in pages] == [200] * 6 and not any(NAME in page.text or NOTE in page.text for page in pages)


async def test_panels_are_for_those_they_concern(house):
    await house.ask()
    await house.offer(vetted=False)
    shown = [await panel("office.home", edition=house.edition, duties=frozenset(duties)) for duties in ({Duties.ORGANIZER}, {Duties.HOUSING}, {Duties.EDITOR}, set())]
    assert ["1 party has no bed yet" in one and "1 host is to be called" in one for one in shown] == [True, True, False, False]


# Canaries


async def live(house, visitor, cast) -> list[str]:
    """A whole life of a stay through the pages: asked, offered, vetted, placed, looked at, arrived, left, declined. The typed codes."""
    both = {"name": NAME, "note": NOTE, "email": MAIL, "phone": PHONE, "languages": ["es"]}
    await visitor.post("/2027/housing/request", data=GUEST | both | {"people": "0"})
    await visitor.post("/2027/housing/request", data=GUEST | both | {"needs": ["quiet"]})
    await visitor.post("/2027/housing/offer", data=HOST | both | {"neighborhood": PART})
    request, offer = await BedRequest.get(), await BedOffer.get()
    typed = [sealing.open_one(row, "claim").claim for row in (request, offer)]
    await visitor.post("/2027/housing/mine", data={"code": typed[0]})
    bo = await cast.browser("bo")
    office = "/office/2027/housing"
    await bo.post(f"{office}/offers/{offer.code}/vetting")
    await bo.post(f"{office}/requests/{request.code}/placing", data={"offer": offer.code})
    stay = await Stay.get()
    here = f"/2027/housing/stays/{stay.id}"
    await visitor.post(f"{here}/host/yes")
    await visitor.post(f"/2027/housing/offers/{offer.id}/street", data={"street": STREET})
    await visitor.post(f"{here}/guest/yes")
    for path in ("guest/card", "host/card", "guest/arrival", "guest/leaving"):
        assert (await visitor.post(f"{here}/{path}")).status_code in (200, 303)
    for path in (f"requests/{request.code}/reveal/name", f"offers/{offer.code}/reveal/street"):
        await bo.post(f"{office}/{path}")
    await jobs.run_due()
    await actions.remind()
    await visitor.post(f"{here}/host/no")
    await jobs.run_due()
    return typed


async def test_nothing_personal_in_logs_and_addresses(house, visitor, cast, addresses, capfd, caplog):
    typed = await live(house, visitor, cast)
    logged = told(capfd, caplog)
    assert "/{edition:edition}/housing/stays/{stay:uuid}/{side}/card" in logged
    for word in (*WORDS, *typed, *(code.replace("-", "") for code in typed), str((await Stay.get()).id)):
        assert word.lower() not in logged.lower(), word
    for word in (*WORDS, *typed):
        assert word.lower() not in "\n".join(addresses).lower(), word


async def test_nothing_personal_in_the_raw_database(house, visitor, cast, settings, app):
    typed = await live(house, visitor, cast)
    raw = await everything(settings)
    assert (await BedRequest.get()).code.encode() in raw
    for word in (*WORDS, *typed, *(code.replace("-", "") for code in typed)):
        assert word.lower().encode() not in raw.lower(), word


async def test_audit_says_what_happened_and_names_nobody(house, visitor, cast):
    await live(house, visitor, cast)
    said = {entry.what for entry in await audit.AuditEntry.filter(what__startswith="housing.")}
    assert said == {
        "housing.asked", "housing.offered", "housing.vetted", "housing.proposed", "housing.agreed", "housing.street_given", "housing.card_opened", "housing.arrived",
        "housing.needs_to_leave", "housing.revealed", "housing.freed",
    }  # fmt: skip
    assert all(str(value) in ("name", "street", "declined", *Side) for entry in await audit.AuditEntry.filter(what__startswith="housing.") for value in entry.facts.values())
