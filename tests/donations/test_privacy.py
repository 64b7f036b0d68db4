"""What we say that we hold about a giver, and what goes when they ask."""

from conference.core import sealing
from conference.core.holdings import Subject
from conference.core.i18n import speaking
from conference.donations import privacy, queries
from conference.donations.models import Gift
from conference.payments.models import Method, Receipt
from tests.payments.test_checks import BY, money_of

MAIL = "zora@example.org"


async def test_a_giver_is_found_by_link_by_sign_in_and_by_address(box, cast):
    by_link, by_mail = await box.give(way=Method.CHECK), await box.give(way=Method.CHECK, email=MAIL)
    ada = await cast.person("ada")
    by_person = await box.give(way=Method.CHECK, person=ada)
    subjects = [Subject(tokens=[queries.token_of(by_link)]), Subject(email="ZORA@example.org"), Subject(person_id=ada.id), Subject(), Subject(tokens=["x" * 43])]
    found = [[fact for holding in await privacy.about(subject) for fact in holding.facts if fact[0] == "Code"] for subject in subjects]
    assert found == [[("Code", by_link.code)], [("Code", by_mail.code)], [("Code", by_person.code)], [], []]


async def test_what_is_held_is_told_and_what_stays_says_why(box):
    gift = await box.pay(await box.give(name="Zora Quill", email=MAIL))
    with speaking("es"):
        first, receipt = await privacy.about(Subject(email=MAIL))
    assert (dict(first.facts)["Su nombre"], first.path, first.stays) == ("Zora Quill", f"/2027/gifts/{gift.code}", "")
    assert (dict(receipt.facts)["Nombre en el comprobante"], "siete años" in receipt.stays) == ("Zora Quill", True)


async def test_a_check_names_its_writer(box):
    gift = await box.give(way=Method.CHECK, email=MAIL)
    from conference.payments import actions

    await actions.record_check(box.edition, 2000, by=BY, payment=await money_of(gift), writer="Z. Quill")
    assert [holding.title for holding in await privacy.about(Subject(email=MAIL))] == ["A gift", "A check"]


async def test_a_forgotten_giver_cannot_be_found_and_their_link_is_dead(box, visitor):
    gift = await box.pay(await box.give(name="Zora Quill", email=MAIL))
    token = queries.token_of(gift)
    assert [await privacy.forget(Subject(email=MAIL)) for _again in range(2)] == [1, 0]
    gift = await Gift.get(id=gift.id)
    plain = sealing.open_one(gift, "name", "email")
    assert (plain.name, plain.email, gift.email_blind, await privacy.about(Subject(email=MAIL, tokens=[token]))) == (None, None, None, [])
    assert (await visitor.get(f"/2027/gifts/{gift.code}/{token}")).status_code == 404
    assert sealing.open_one(await Receipt.get(), "donor").donor == "Zora Quill"
