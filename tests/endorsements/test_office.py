"""The editors' pages: who may come, what they see, what they decide."""

import asyncio
import csv
import io

import pytest

from conference.core import audit, jobs
from conference.core.mail import Letter
from conference.endorsements import actions, queries
from conference.endorsements.models import Authority, Endorsement, Kind, State
from tests.cast import newest_letter
from tests.endorsements.conftest import OFFICE, ROOT, hidden_of
from tests.queries import counting

PAGES = ["/", "/calls", "/duplicates", "/all", "/listed.csv", "/paper", "/{id}"]


async def test_every_page_is_the_editors_alone(signing, cast, visitor):
    signed = await signing.waiting()
    for page in PAGES:
        path = OFFICE + page.format(id=signed.id)
        asked = await visitor.get(path)
        assert (asked.status_code, asked.headers["location"].startswith("/sign-in?next=%2Foffice%2F2027")) == (303, True), page
        found = {name: (await (await cast.browser(name)).get(path)).status_code for name in ("dov", "cleo", "eve", "fay", "bo")}
        assert found == {"dov": 404, "cleo": 403, "eve": 403, "fay": 200, "bo": 200}, page
        assert (await (await cast.browser("fay")).get(path.replace("2027", "2028"))).status_code == 404, page


DEEDS = ["acceptance", "refusal", "merging", "call", "vouching", "withdrawal", "reveal/name"]


async def test_nobody_else_decides(signing, cast, visitor):
    signed, fay = await signing.waiting(), await cast.browser("fay")
    for deed in DEEDS:
        path = f"{OFFICE}/{signed.id}/{deed}"
        answers = [await visitor.post(path), *[await (await cast.browser(name)).post(path) for name in ("dov", "cleo", "eve")]]
        assert [answer.status_code for answer in answers] == [401, 404, 403, 403], deed
        unknown = await fay.post(f"{OFFICE}/00000000-0000-4000-8000-000000000000/{deed}")
        assert (unknown.status_code, (await fay.get(path)).status_code) == (403 if deed == "vouching" else 404, 405), deed
    assert await signing.states() == {"confirmed": 1}


@pytest.mark.parametrize("path", ["/nothing", "/{id}/reveal/likeness", "/{id}/reveal/public_name"])
async def test_there_is_nothing_under_a_wrong_address(signing, cast, path):
    signed = await signing.waiting()
    fay = await cast.browser("fay")
    path = OFFICE + path.format(id=signed.id)
    assert ((await fay.post(path)).status_code if "reveal" in path else (await fay.get(path)).status_code) == 404


async def test_what_waits_is_looked_at_and_accepted(signing, cast, visitor):
    signed = await signing.waiting("Harbor Kitchen")
    fay = await cast.browser("fay")
    assert "Harbor Kitchen" in (await fay.get(f"{OFFICE}/")).text and "1 waits to be looked at" in (await fay.get("/office/2027/")).text
    page = (await fay.get(f"{OFFICE}/{signed.id}")).text
    assert "Harbor Kitchen, Chicago" in page and "office@harbor" not in page and "Delia Roe" not in page
    answer = await fay.post(f"{OFFICE}/{signed.id}/acceptance", data={"revision": hidden_of(page, "revision")})
    assert (answer.status_code, answer.headers["location"], await signing.names()) == (303, f"{OFFICE}/{signed.id}", ["Harbor Kitchen"])
    assert "Harbor Kitchen" in (await visitor.get(f"{ROOT}/list")).text and "Nothing to look at" in (await fay.get(f"{OFFICE}/")).text
    assert "It is counted, and on the list." in await newest_letter("endorsements.signed")


async def test_other_words_than_those_looked_at_are_not_accepted(signing, cast):
    signed = await signing.waiting()
    fay = await cast.browser("fay")
    page = (await fay.get(f"{OFFICE}/{signed.id}")).text
    await actions.change(signed, name="Slogan", city="Gary", region="", quiet=False, revision=1)
    answer = await fay.post(f"{OFFICE}/{signed.id}/acceptance", data={"revision": hidden_of(page, "revision")})
    assert answer.status_code == 422 and "Somebody changed or decided this meanwhile." in answer.text and "Slogan" in answer.text
    assert await signing.states() == {"confirmed": 1}


async def test_refusing_takes_it_off_the_list_and_can_be_taken_back(signing, cast):
    signed = await signing.accepted()
    fay = await cast.browser("fay")
    await fay.post(f"{OFFICE}/{signed.id}/refusal")
    assert (await signing.names(), await signing.states()) == ([], {"refused": 1})
    assert "decided not to list it" in await newest_letter("endorsements.signed")
    again = await fay.post(f"{OFFICE}/{signed.id}/refusal")
    assert again.status_code == 422 and await signing.states() == {"refused": 1}
    await fay.post(f"{OFFICE}/{signed.id}/acceptance", data={"revision": "1"})
    assert await signing.names() == ["Harbor Kitchen"]


async def test_who_asked_to_be_called_is_called(signing, cast):
    signed = await signing.organization(authority=Authority.CALL, phone="+13125550199")
    fay = await cast.browser("fay")
    listing, page = (await fay.get(f"{OFFICE}/calls")).text, (await fay.get(f"{OFFICE}/{signed.id}")).text
    assert f"{OFFICE}/{signed.id}" in listing and "3125550199" not in listing + page and "Harbor Kitchen" not in listing + page
    shown = (await fay.post(f"{OFFICE}/{signed.id}/reveal/phone")).text
    assert "+13125550199" in shown and "Delia Roe" not in shown
    [entry] = [one for one in await audit.history(signed.id) if one.what == "endorsements.revealed"]
    assert (entry.facts, entry.actor) == ({"column": "phone"}, signing.by.id)
    await fay.post(f"{OFFICE}/{signed.id}/call", data={"revision": hidden_of(page, "revision")})
    assert await signing.states() == {"confirmed": 1}
    assert (await fay.post(f"{OFFICE}/{signed.id}/call", data={"revision": "1"})).status_code == 422
    assert "An editor looks at it before it is shown." in await newest_letter("endorsements.signed")


async def test_a_person_who_was_called_is_listed_at_once_and_no_is_no(signing, cast):
    yes, no = [await signing.draft(name, authority=Authority.CALL, email="", phone=phone) for name, phone in (("Ana", "3125550101"), ("Bea", "3125550102"))]
    fay = await cast.browser("fay")
    await fay.post(f"{OFFICE}/{yes.id}/call", data={"revision": "1"})
    await fay.post(f"{OFFICE}/{no.id}/refusal")
    letters = await Letter.filter(name__startswith="endorsements.").count()
    assert (await signing.names(), await signing.states(), letters) == (["Ana"], {"counted": 1, "refused": 1}, 0)
    answer = await fay.post(f"{OFFICE}/{no.id}/acceptance", data={"revision": "1"})
    assert answer.status_code == 422, "nobody confirmed it"


async def test_organizers_alone_vouch(signing, cast):
    signed = await signing.organization(authority=Authority.VOUCHED)
    fay, bo = await cast.browser("fay"), await cast.browser("bo")
    assert "An organizer has to vouch" in (await fay.get(f"{OFFICE}/{signed.id}")).text
    assert (await fay.post(f"{OFFICE}/{signed.id}/vouching", data={"revision": "1"})).status_code == 403
    assert (await fay.post(f"{OFFICE}/{signed.id}/call", data={"revision": "1"})).status_code == 404
    await bo.post(f"{OFFICE}/{signed.id}/vouching", data={"revision": "1"})
    assert await signing.states() == {"confirmed": 1}


async def test_what_is_confirmed_by_mail_is_confirmed_by_nobody_else(signing, cast):
    signed = await signing.organization()
    bo = await cast.browser("bo")
    assert [(await bo.post(f"{OFFICE}/{signed.id}/{deed}", data={"revision": "1"})).status_code for deed in ("call", "vouching", "acceptance")] == [404, 404, 422]
    assert await signing.states() == {"draft": 1}


async def two_alike(signing) -> tuple[Endorsement, Endorsement]:
    first = await signing.accepted("The Tamale Vendors' Association")
    return first, await signing.waiting("Tamale Vendors Association, Inc.", email="a@vendors.example.org", domain="vendors.example.org")


async def test_like_names_and_like_domains_stand_together_and_become_one(signing, cast):
    first, second = await two_alike(signing)
    third = await signing.waiting("Another Name", email="b@mail.vendors.example.org", domain="vendors.example.org")
    await signing.waiting("Alone", email="c@alone.example.org", domain="alone.example.org")
    await signing.accepted("Tamale Vendors Association", text=signing.unity)
    fay = await cast.browser("fay")
    page = (await fay.get(f"{OFFICE}/duplicates")).text
    assert [str(one.id) in page for one in (first, second, third)] == [True] * 3 and page.count('class="panel section"') == 1 and "Alone" not in page
    case = (await fay.get(f"{OFFICE}/{second.id}")).text
    assert "Perhaps the same organization" in case and str(first.id) in case and "Another Name" in case
    await fay.post(f"{OFFICE}/{second.id}/merging", data={"into": str(first.id)})
    row = await Endorsement.get(id=second.id)
    assert (row.state, row.into_id, row.public_name, await signing.names()) == (State.DUPLICATE, first.id, "", ["The Tamale Vendors' Association"])
    assert "Counted with another" in (await fay.get(f"{OFFICE}/{second.id}")).text
    assert "Nothing looks the same" in (await fay.get(f"{OFFICE}/duplicates")).text


@pytest.mark.parametrize("into", ["", "nothing", "00000000-0000-4000-8000-000000000000"])
async def test_nothing_is_put_together_with_what_is_not_there(signing, cast, into):
    signed = await signing.waiting()
    assert (await (await cast.browser("fay")).post(f"{OFFICE}/{signed.id}/merging", data={"into": into})).status_code == 404


async def test_only_organizations_under_one_version_become_one(signing):
    first, _second = await two_alike(signing)
    ana, elsewhere = await signing.person("Ana"), await signing.accepted("The Tamale Vendors' Association", text=signing.unity)
    for one, into in ((first, first), (first, ana), (ana, first), (first, elsewhere)):
        with pytest.raises(actions.NotTheSame):
            await actions.merge(one, into, by=signing.by.id)


async def test_two_editors_who_press_on_either_side_keep_one(signing):
    first, second = await two_alike(signing)
    answers = await asyncio.gather(actions.merge(first, second, by=signing.by.id), actions.merge(second, first, by=signing.by.id), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["ChangedMeanwhile", "NoneType"]
    assert (await signing.states())["duplicate"] == 1


async def test_what_is_counted_with_one_that_leaves_stands_for_itself_again(signing):
    first, second = await two_alike(signing)
    await actions.merge(second, first, by=signing.by.id)
    await actions.withdraw(first)
    row = await Endorsement.get(id=second.id)
    assert (row.state, row.into_id, await signing.states()) == (State.CONFIRMED, None, {"confirmed": 1, "withdrawn": 1})


async def test_paper_that_was_refused_is_written_down_again(signing, cast):
    paper = await actions.take_down(signing.edition, signing.call, kind=Kind.ORGANIZATION, name="Paper Group", city="Gary", by=signing.by.id)
    fay = await cast.browser("fay")
    assert str(paper.id) in (await fay.post(f"{OFFICE}/search", data={"query": "paper gary"})).text
    await fay.post(f"{OFFICE}/{paper.id}/refusal")
    assert "Accept it" not in (await fay.get(f"{OFFICE}/{paper.id}")).text
    assert (await fay.post(f"{OFFICE}/{paper.id}/acceptance", data={"revision": "1"})).status_code == 422
    assert await signing.states() == {"refused": 1}
    await actions.take_down(signing.edition, signing.call, kind=Kind.ORGANIZATION, name="Paper Group", city="Gary", by=signing.by.id)
    assert await signing.names() == ["Paper Group"]


async def test_quiet_names_are_shown_one_at_a_time(signing, cast):
    signed = await signing.waiting("Whisperers Guild", quiet=True)
    fay = await cast.browser("fay")
    pages = [(await fay.get(OFFICE + path)).text for path in ("/", "/all", f"/{signed.id}")]
    assert [page.count("Whisperers") for page in pages] == [0, 0, 0] and "not shown: supports quietly" in pages[2]
    assert "Whisperers Guild" in (await fay.post(f"{OFFICE}/{signed.id}/reveal/name")).text


async def test_who_calls_is_withdrawn(signing, cast):
    signed = await signing.person("Ana")
    await (await cast.browser("fay")).post(f"{OFFICE}/{signed.id}/withdrawal")
    assert (await signing.names(), await signing.states()) == ([], {"withdrawn": 1})


async def test_signatures_on_paper_are_listed(signing, cast):
    fay = await cast.browser("fay")
    sent = {"text": str(signing.call.id), "kind": "organization", "name": "Paper Group", "city": "Gary", "region": ""}
    wrong = await fay.post(f"{OFFICE}/paper", data=sent | {"name": "", "kind": ""})
    assert wrong.status_code == 422 and 'value="Gary"' in wrong.text
    assert (await fay.post(f"{OFFICE}/paper", data=sent | {"text": "nothing"})).status_code == 422
    for _ in range(2):
        assert (await fay.post(f"{OFFICE}/paper", data=sent)).status_code == 303
    await fay.post(f"{OFFICE}/paper", data=sent | {"kind": "person", "name": "Ana"})
    assert await signing.names() == ["Paper Group", "Ana"]
    assert await Endorsement.exclude(name=None, email=None, phone=None).count() == 0, "the paper is the proof"


async def test_paper_beside_the_form_is_found_as_a_duplicate(signing, cast):
    signed = await signing.waiting("Harbor Kitchen")
    await actions.take_down(signing.edition, signing.call, kind=Kind.ORGANIZATION, name="The Harbor Kitchen", city="Chicago", by=signing.by.id)
    assert "The Harbor Kitchen" in (await (await cast.browser("fay")).get(f"{OFFICE}/{signed.id}")).text


@pytest.mark.parametrize(("query", "found"), [("harb", 1), ("HARBOR kitchen", 1), ("office@harbor.example.org", 1), ("office@harbor", 0), ("nobody", 0), ("delia", 0)])
async def test_a_signature_is_found_by_what_one_knows(signing, cast, query, found):
    signed = await signing.organization("Harbor Kitchen")
    await signing.person("Ana")
    page = (await (await cast.browser("fay")).post(f"{OFFICE}/search", data={"query": query})).text
    assert (page.count(f"{OFFICE}/{signed.id}"), page.count('<th scope="row">')) == (found, found)


async def test_the_table_holds_what_is_listed_and_runs_nothing(signing, cast):
    await signing.accepted("=Harbor Kitchen", city="+Gary")
    await signing.person("Ana", quiet=True)
    await signing.draft("Bea")
    answer = await (await cast.browser("fay")).get(f"{OFFICE}/listed.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert (answer.headers["content-type"], answer.headers["content-disposition"]) == ("text/csv; charset=utf-8", 'attachment; filename="endorsements-2027.csv"')
    assert rows == [["Kind", "Name", "Place", "Text", "Version", "Day of signing"], ["Organization", "'=Harbor Kitchen", "'+Gary", "The call", "1", "2027-05-01"]]


async def test_lists_cost_the_same_for_one_and_for_thirty(signing, cast):
    fay, counts = await cast.browser("fay"), []
    for names in (["Group A", "Group B"], [f"Group {'CDEFGHIJKLMNOPQRSTUVWXYZ0123'[number]}" for number in range(28)]):
        for number, name in enumerate(names):
            await signing.waiting(name, email=f"x{len(names)}{number}@same.example.org", domain="same.example.org")
            await signing.draft("Ana", authority=Authority.CALL, email="", phone=f"312555{len(names):02}{number:02}")
        for path in ("/", "/calls", "/duplicates", "/all"):
            await fay.get(OFFICE + path)
            with counting() as said:
                await fay.get(OFFICE + path)
            counts.append(len(said))
    assert counts == COST * 2


COST = [4, 4, 6, 4]


async def test_pages_follow_each_other_without_gaps(signing, cast, fixed_clock):
    for number in range(53):
        await signing.draft("Ana", authority=Authority.CALL, email="", phone=f"31255501{number:02}")
        if number % 3 == 0:
            fixed_clock.on(seconds=1)
    fay, seen = await cast.browser("fay"), {}
    for path in ("/calls", "/all?state=draft"):
        first = (await fay.get(OFFICE + path)).text
        after = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        second = (await fay.get(after)).text
        seen[path] = [part.split('"')[0] for page in (first, second) for part in page.split(f'<th scope="row"><a href="{OFFICE}/')[1:]]
        assert 'rel="next"' not in second
    oldest = [str(row) for row in await Endorsement.all().order_by("made", "id").values_list("id", flat=True)]
    assert (seen["/calls"], seen["/all?state=draft"]) == (oldest, oldest[::-1])
    assert (await fay.get(f"{OFFICE}/all?state=nonsense&after=nonsense")).status_code == 200


async def test_before_there_is_anything_the_pages_say_how_to_begin(cast):
    await cast.edition()
    fay = await cast.browser("fay")
    said = [words in (await fay.get(OFFICE + path)).text for path, words in (("/", "Nothing to look at"), ("/calls", "Nobody to call"), ("/all", "Nobody has signed yet"), ("/paper", "no text to sign yet"))]
    assert said == [True] * 4
    await jobs.run_due()
    assert await queries.to_do(await cast.edition()) == {"look": 0, "call": 0}
