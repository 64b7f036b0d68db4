"""What is kept of somebody who signed: told, erased, and in no log, address, subject or file in clear."""

from datetime import date

from conference.core import jobs, links
from conference.core.holdings import Subject
from conference.core.mail import Letter, compose
from conference.endorsements import actions, privacy, queries
from conference.endorsements.models import Endorsement
from tests.canaries import everything, told
from tests.endorsements.conftest import OFFICE, ORGANIZATION, PERSON, ROOT, mine, secret_of
from tests.endorsements.test_pages import send


def token(signed: Endorsement) -> str:
    return links.token(queries.LINK, signed.id, signed.version)


async def test_somebody_is_told_all_that_is_kept(signing, fixed_clock):
    signed = await signing.accepted(city="Gary", region="Indiana", phone="3125550199")
    fixed_clock.on(minutes=1)
    await signing.person("Bea", email="office@harbor.example.org", text=signing.unity)
    await signing.person("Cy")
    told = await privacy.about(Subject(email="OFFICE@harbor.example.org"))
    assert [holding.path for holding in told] == [mine(signed), mine(await Endorsement.get(text_id=signing.unity.id))]
    assert (told[0].title, told[0].until, told[0].stays) == ("What you signed: Strategy Conference", date(2027, 9, 23), "")
    assert list(told[0].facts) == [
        ("Text", "The call (Version 1)"), ("How it goes", "Counted"), ("Name", "Harbor Kitchen"), ("City", "Gary"), ("State", "Indiana"), ("Website", "harbor.example.org"),
        ("Who signs for it", "Delia Roe"), ("Their part in the organization", "chair"), ("E-mail address", "office@harbor.example.org"), ("Telephone", "3125550199"),
    ]  # fmt: skip


async def test_a_link_opens_its_own_row_and_no_other(signing):
    ana, bea = await signing.person("Ana"), await signing.person("Bea")
    assert [holding.path for holding in await privacy.about(Subject(tokens=[token(ana), "nothing", links.token("order", bea.id, 1)]))] == [mine(ana)]
    assert await privacy.about(Subject(tokens=[], email="")) == [] == await privacy.about(Subject(email="nobody@example.org"))


async def test_forgetting_withdraws_everywhere_and_nothing_of_others(signing):
    await signing.person("Ana")
    await signing.person("Ana", text=signing.unity)
    await signing.person("Bea")
    assert await privacy.forget(Subject(email="ana@example.org")) == 2
    assert (await signing.states(), await signing.names(), await signing.names(signing.unity)) == ({"counted": 1, "withdrawn": 2}, ["Bea"], [])
    assert (await privacy.about(Subject(email="ana@example.org")), await privacy.forget(Subject(email="ana@example.org"))) == ([], 0)


SECRETS = {"name": "Zebulonquagmire", "city": "Quirkville", "region": "Xanadustate", "signer": "Wolframsigner", "role": "Grandvizier", "email": "canary@xylophage.example.org", "phone": "3125550187"}
WORDS = [*SECRETS.values(), "xylophage", "canary@"]


async def live(signing, visitor, cast) -> Endorsement:
    """A life in which nothing is ever listed: signed, signed again, refused by the form, confirmed, looked at, found, changed, merged."""
    words = ORGANIZATION | SECRETS | {"domain": "xylophage.example.org", "listing": "quietly"}
    await send(visitor, "/call/organization", words, listing="nonsense")
    await send(visitor, "/call/organization", words)
    await send(visitor, "/call/organization", words)
    await send(visitor, "/call", PERSON | {"name": SECRETS["name"], "email": "", "phone": SECRETS["phone"], "listing": "quietly"})
    signed = await Endorsement.get(kind="organization")
    await visitor.open(secret_of(signed))
    await visitor.post(f"{mine(signed)}/confirmation", data={"revision": str(signed.revision)})
    fay = await cast.browser("fay")
    for path in ("/", "/calls", "/all", "/duplicates", "/listed.csv", f"/{signed.id}"):
        await fay.get(OFFICE + path)
    for query in (SECRETS["name"], SECRETS["email"]):
        assert str(signed.id) in (await fay.post(f"{OFFICE}/search", data={"query": query})).text
    for column in ("name", "city", "signer", "role", "email", "phone", "domain"):
        assert (await fay.post(f"{OFFICE}/{signed.id}/reveal/{column}")).status_code == 200
    await fay.post(f"{OFFICE}/{signed.id}/acceptance", data={"revision": str(signed.revision)})
    await jobs.run_due()
    return signed


async def test_nothing_personal_in_logs_addresses_letters_and_pages_of_others(signing, visitor, cast, app, addresses, capfd, caplog):
    signed = await live(signing, visitor, cast)
    logged = told(capfd, caplog)
    assert "/{edition:edition}/endorse/{text:signable}/organization" in logged
    letters = [await compose(row) for row in await Letter.filter(name__startswith="endorsements.")]
    said = "\n".join(f"{one['Subject']}\n{one.get_body(('plain',)).get_content()}" for one in letters if one)
    from tests.conftest import new_browser

    async with new_browser(app) as stranger:
        pages = "".join([(await stranger.get(path)).text for path in ("/2027/", ROOT, f"{ROOT}/list", f"{ROOT}/call", f"{ROOT}/list?q=zebulon", mine(signed))])
    assert len(letters) == 2 and "signed “The call” (version 1)" in said
    for place in (logged, "\n".join(addresses), said, pages):
        assert [word for word in WORDS if word.lower() in place.lower()] == []


async def test_nothing_personal_in_the_raw_database(signing, visitor, cast, settings):
    await live(signing, visitor, cast)
    raw = (await everything(settings)).lower()
    assert b"endorsements.signed" in raw
    assert [word for word in WORDS if word.lower().encode() in raw] == []


async def test_what_was_public_is_gone_from_the_tables_once_withdrawn(signing, settings):
    signed = await signing.person("Zebulonquagmire", city="Quirkville")
    await actions.withdraw(signed)
    tables = "\n".join([repr(row) for row in await Endorsement.all().values()])
    assert [word for word in ("Zebulon", "Quirk") if word.lower() in tables.lower()] == []
