"""The texts, the form, one's own signature and the public list over HTTP."""

import pytest

from conference.core import jobs, links, ratelimit, sealing
from conference.core.mail import Letter
from conference.editions.models import AdoptedText
from conference.endorsements import actions, queries
from conference.endorsements.models import Endorsement, State
from tests.cast import newest_letter
from tests.conftest import new_browser
from tests.endorsements.conftest import ORGANIZATION, PERSON, ROOT, hidden_of, mine, secret_of
from tests.hostile import TEXTS, URLENCODED, as_shown, form_body
from tests.queries import counting


async def test_the_room_shows_both_texts_and_how_many_signed(signing, visitor):
    await signing.person("Ana", city="Gary", region="Indiana")
    await signing.person("Bea", quiet=True)
    page = (await visitor.get(ROOT)).text
    assert [text in page for text in ("The call", "Points", "2 have signed", "Nobody has signed yet", "Ana", "Gary, Indiana", "Bea")] == [True] * 6 + [False]
    spanish = (await visitor.get(f"{ROOT}?lang=es")).text
    assert "La llamada" in spanish and "2 firmas" in spanish and "Quién firmó" in spanish


async def test_the_editors_words_stand_on_top(signing, visitor):
    from conference.editions.actions import publish_page, write_page

    words = {code: {"title": f"Stand with us {code}", "body": "Our **words**."} for code in ("en", "es")}
    await publish_page(await write_page(signing.edition, "endorse", words))
    page = (await visitor.get(ROOT)).text
    assert "<h1>Stand with us en</h1>" in page and "Our <strong>words</strong>." in page


async def test_before_there_is_a_text_the_room_says_so(cast, visitor):
    await cast.edition()
    found = {path: (await visitor.get(ROOT + path)).status_code for path in ("", "/list", "/call", "/unity/print", "/letter.pdf", "/call/print.pdf")}
    assert found == {"": 200, "/list": 200, "/call": 404, "/unity/print": 404, "/letter.pdf": 404, "/call/print.pdf": 404}
    assert "There is no text to sign yet" in (await visitor.get(ROOT)).text and "hello@example.org" in (await visitor.get(ROOT)).text


@pytest.mark.parametrize("path", ["/call", "/call/organization", "/unity", "/unity/organization"])
async def test_the_text_stands_in_full_above_the_button(signing, visitor, path):
    page = (await visitor.get(ROOT + path)).text
    words = ("We call you to Chicago.", "Come as you are.") if "call" in path else ("Together", "We stand together.")
    assert all(page.index(one) < page.index("Sign this text") for one in words)
    assert hidden_of(page, "text") == str(signing.call.id if "call" in path else signing.unity.id)


async def send(visitor, path: str, words: dict, **changed: str):
    page = (await visitor.get(ROOT + path)).text
    return await visitor.post(ROOT + path, data={**words, "once": hidden_of(page, "once"), "text": hidden_of(page, "text"), **changed})


async def test_a_person_signs_confirms_is_listed_and_withdraws(signing, visitor):
    answer = await send(visitor, "/call", PERSON)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ROOT}/sent/mail")
    assert "Look at your mail" in (await visitor.get(answer.headers["location"])).text
    signed = await Endorsement.get()
    letter = await newest_letter("endorsements.confirm")
    path = letter.split("http://conference.test")[1].split(">")[0]
    opened = await visitor.get(path)
    assert (path, opened.status_code, opened.headers["location"]) == (secret_of(signed), 303, mine(signed))
    page = (await visitor.get(mine(signed))).text
    assert "Confirm your signature" in page and "Ana María" in page and (await signing.states()) == {"draft": 1}, "opening the link confirms nothing"
    thanks = await visitor.follow(await visitor.post(f"{mine(signed)}/confirmation", data={"revision": hidden_of(page, "revision")}))
    assert "Thank you for signing" in thanks.text and 'href="/2027/donate"' in thanks.text
    assert "Ana María" in (await visitor.get(f"{ROOT}/list")).text
    assert "erased" in (await visitor.get(f"{mine(signed)}/withdrawal")).text
    gone = await visitor.follow(await visitor.post(f"{mine(signed)}/withdrawal"))
    assert "Your signature is withdrawn" in gone.text and "Ana María" not in gone.text
    assert "Ana María" not in (await visitor.get(f"{ROOT}/list")).text


async def test_an_organization_signs_by_mail_at_its_domain(signing, visitor):
    answer = await send(visitor, "/call/organization", ORGANIZATION)
    assert answer.headers["location"] == f"{ROOT}/sent/mail"
    plain = sealing.open_one(await Endorsement.get(), "name", "domain", "signer", "role", "email")
    assert (plain.name, plain.domain, plain.signer, plain.role, plain.email) == ("Harbor Kitchen", "harbor.example.org", "Delia Roe", "chair", "office@harbor.example.org")


@pytest.mark.parametrize(("authority", "said"), [("call", "We will call you"), ("vouched", "We will ask the organizers")])
async def test_an_organization_asks_to_be_called_or_vouched_for(signing, visitor, authority, said):
    answer = await send(visitor, "/call/organization", ORGANIZATION, authority=authority, phone="(312) 555-0199", email="", domain="")
    assert answer.headers["location"] == f"{ROOT}/sent/{authority}" and said in (await visitor.follow(answer)).text
    assert (await signing.states(), await Letter.all().count()) == ({"draft": 1}, 0)


async def test_a_person_without_an_address_is_called(signing, visitor):
    answer = await send(visitor, "/call", PERSON, email="", phone="(312) 555-0199")
    assert answer.headers["location"] == f"{ROOT}/sent/call"


async def test_known_and_unknown_addresses_are_answered_alike(signing, visitor):
    await signing.person("Ana")
    answers = [await send(visitor, "/call", PERSON, email=email) for email in ("ana@example.org", "new@example.org", "new@example.org")]
    assert len({(answer.status_code, answer.headers["location"], answer.text) for answer in answers}) == 1
    assert await Endorsement.all().count() == 2


async def test_one_address_gets_few_letters_and_one_place_leaves_few_numbers(signing, visitor, fixed_clock):
    for _ in range(8):
        assert (await send(visitor, "/call", PERSON)).status_code == 303
        fixed_clock.on(minutes=1)
    assert await Letter.all().count() == 5
    for _ in range(59):
        await ratelimit.count(ratelimit.FORMS, "endorse", "127.0.0.1")
    statuses = [(await send(visitor, "/call", PERSON, email="", phone=f"312555010{number}")).status_code for number in range(2)]
    assert statuses == [303, 422]


async def test_a_text_that_changed_while_one_read_is_read_again(signing, visitor):
    page = (await visitor.get(f"{ROOT}/call")).text
    sent = {**PERSON, "once": "w", "text": hidden_of(page, "text")}
    new = await signing.new_call()
    answer = await visitor.post(f"{ROOT}/call", data=sent)
    assert answer.status_code == 422 and "The text was changed while you were reading." in answer.text and "Other words." in answer.text and "Ana María" in answer.text
    assert (hidden_of(answer.text, "text"), await Endorsement.all().count()) == (str(new.id), 0)
    assert (await visitor.post(f"{ROOT}/call", data=sent | {"text": str(new.id)})).status_code == 303
    wrong = await visitor.post(f"{ROOT}/call", data=sent | {"name": ""})
    assert wrong.status_code == 422 and wrong.text.count("The text was changed while you were reading.") == 1, "also beside another mistake"


BAD = [
    ("/call", {"name": ""}, "Please fill this in."), ("/call", {"name": "…!"}, "Please write a name with letters."), ("/call", {"name": "x" * 61}, "at most 60 characters"),
    ("/call", {"city": ""}, "Please fill this in."), ("/call", {"email": "ana at example"}, "does not look like an e-mail"), ("/call", {"listing": ""}, "Please choose one"),
    ("/call", {"email": ""}, "so that you can confirm"), ("/call", {"phone": "abc"}, "does not look like a telephone"), ("/call", {"listing": "nonsense"}, "Please choose one"),
    ("/call/organization", {"domain": "no domain"}, "does not look like a website"), ("/call/organization", {"authority": "paper"}, "Please choose one"),
    ("/call/organization", {"email": "office@gmail.com"}, "not at the organization&#39;s own domain"), ("/call/organization", {"signer": ""}, "Please fill this in."),
    ("/call/organization", {"authority": "call"}, "goes with what you chose"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "changed", "said"), BAD)
async def test_what_cannot_be_used_is_kept_and_explained(signing, visitor, path, changed, said):
    words = ORGANIZATION if "organization" in path else PERSON
    answer = await send(visitor, path, words, **changed)
    assert (answer.status_code, said in answer.text, await Endorsement.all().count()) == (422, True, 0)
    assert 'value="Chicago"' in answer.text or changed.get("city") == ""


@pytest.mark.parametrize("what", TEXTS)
async def test_hostile_names_are_kept_clean_and_shown_as_text(signing, visitor, what):
    raw, left = TEXTS[what]
    body = form_body({**PERSON, "once": "w", "text": str(signing.call.id)}, name=raw)
    answer = await visitor.post(f"{ROOT}/call", content=body, headers=URLENCODED)
    if left is None:
        assert answer.status_code in (303, 400)
        return
    row = await Endorsement.get()
    assert (answer.status_code, sealing.open_one(row, "name").name) == (303, left)
    await actions.confirm(row, revision=1)
    if (await Endorsement.get()).state is not State.COUNTED:
        await actions.accept(await Endorsement.get(), revision=1, by=signing.by.id)
    page = (await visitor.get(f"{ROOT}/list")).text
    assert as_shown(left) in page and "<script>alert" not in page


async def test_a_past_conference_shows_its_texts_and_takes_no_name(signing, visitor, fixed_clock):
    await signing.person("Ana")
    fixed_clock.on(days=90)
    room, text, names = [(await visitor.get(ROOT + path)).text for path in ("?lang=en", "/call", "/list?kind=person")]
    assert "Signing is closed" in room and "Signing is closed" in text and "We call you to Chicago." in text and "Ana" in names
    assert 'name="once"' not in text
    answer = await visitor.post(f"{ROOT}/call", data={**PERSON, "text": str(signing.call.id)})
    assert (answer.status_code, "Signing is closed: this conference is over." in answer.text, await Endorsement.all().count()) == (422, True, 1)


WRONG = ["/nothing", "/nothing/organization", "/nothing/print", "/versions/00000000-0000-4000-8000-000000000000", "/link/nothing", "/mine/nothing", "/call/nothing", "/" + "x" * 300]
OTHER_METHODS = [("POST", ""), ("POST", "/list"), ("PUT", "/call"), ("DELETE", "/call/organization"), ("POST", "/call/print"), ("POST", "/letter.pdf")]


async def test_there_is_nothing_under_a_wrong_address_and_by_other_methods(signing, visitor):
    assert [path for path in WRONG if (await visitor.get(ROOT + path)).status_code != 404] == []
    assert [path for method, path in OTHER_METHODS if (await visitor.request(method, ROOT + path)).status_code != 405] == []


async def test_nobody_else_opens_a_signature(signing, visitor, cast, app):
    signed, other = await signing.person("Ana"), await signing.person("Bea")
    await visitor.open(secret_of(other))
    fay = await cast.browser("fay")
    for browser in (visitor, fay):
        for method, path in (("GET", ""), ("POST", "/confirmation"), ("GET", "/listing"), ("POST", "/listing"), ("GET", "/version"), ("GET", "/withdrawal"), ("POST", "/withdrawal")):
            assert (await browser.request(method, mine(signed) + path)).status_code == 404
    assert (await visitor.get(f"{ROOT}/link/{links.token('order', signed.id, 1)}")).status_code == 404
    assert (await visitor.get(secret_of(signed).replace("/2027/", "/2028/"))).status_code == 404
    assert await signing.names() == ["Ana", "Bea"]


async def test_changing_how_one_is_listed(signing, visitor):
    signed = await signing.person("Ana")
    await visitor.open(secret_of(signed))
    form = (await visitor.get(f"{mine(signed)}/listing")).text
    wrong = await visitor.post(f"{mine(signed)}/listing", data={"name": "", "city": "Gary", "listing": "listed", "revision": hidden_of(form, "revision")})
    assert wrong.status_code == 422 and 'value="Gary"' in wrong.text
    old = await visitor.post(f"{mine(signed)}/listing", data={"name": "Late", "city": "Gary", "listing": "listed", "revision": "7"})
    assert old.status_code == 422 and "changed meanwhile" in old.text and 'value="Late"' in old.text
    answer = await visitor.post(f"{mine(signed)}/listing", data={"name": "Ana", "city": "Gary", "listing": "quietly", "revision": hidden_of(form, "revision")})
    assert (answer.status_code, await signing.names()) == (303, [])
    assert "You are counted, and not listed." in (await visitor.get(mine(signed))).text


async def test_a_newer_version_is_offered_and_signed_in_full_view(signing, visitor):
    signed = await signing.person("Ana")
    new = await signing.new_call()
    await visitor.open(secret_of(signed))
    assert "The text has a newer version" in (await visitor.get(mine(signed))).text
    page = (await visitor.get(f"{mine(signed)}/version")).text
    assert page.index("Other words.") < page.index("Sign this text")
    refused = await visitor.post(f"{mine(signed)}/version", data={"text": str(signing.call.id)})
    assert refused.status_code == 422 and "read it again" in refused.text
    await visitor.post(f"{mine(signed)}/version", data={"text": hidden_of(page, "text")})
    assert (await signing.names(), await signing.names(new)) == ([], ["Ana"])
    assert (await visitor.get(f"{mine(signed)}/version")).headers["location"] == mine(signed)


async def test_an_earlier_version_keeps_its_words_and_its_names(signing, visitor):
    await signing.person("Ana")
    new = await signing.new_call()
    await signing.person("Bea", text=new)
    room, old_list, new_list = [(await visitor.get(ROOT + path)).text for path in ("", f"/list?text={signing.call.id}", "/list")]
    assert f'href="{ROOT}/versions/{signing.call.id}"' in room and "The call: signed version 1" in new_list
    assert ("Ana" in old_list, "Bea" in old_list, "Ana" in new_list, "Bea" in new_list) == (True, False, False, True)
    version = (await visitor.get(f"{ROOT}/versions/{signing.call.id}")).text
    assert "We call you to Chicago." in version and "There is a newer version" in version and "Other words." not in version


async def test_a_draft_of_an_earlier_version_is_no_page_of_another_edition(signing, visitor, cast):
    await cast.edition("2028", begins=signing.edition.begins.replace(year=2028), ends=signing.edition.ends.replace(year=2028))
    assert (await visitor.get(f"/2028/endorse/versions/{signing.call.id}")).status_code == 404
    assert (await visitor.get(f"/2028/endorse/versions/{signing.unity.id}")).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [("", ["Harbor Kitchen", "Ana", "Élodie"]), ("?kind=person", ["Ana", "Élodie"]), ("?kind=organization", ["Harbor Kitchen"]), ("?q=elod", ["Élodie"]), ("?q=KITCHEN%20gary", ["Harbor Kitchen"]),
     ("?q=%25", []), ("?q=_", []), ("?q=chicago&kind=organization", []), ("?kind=nonsense&text=nonsense&after=nonsense", ["Harbor Kitchen", "Ana", "Élodie"])],
)  # fmt: skip
async def test_the_list_is_searched_by_words_and_kind(signing, visitor, query, found):
    await signing.person("Ana", city="Chicago")
    await signing.person("Élodie", city="Chicago")
    await signing.accepted(city="Gary")
    page = (await visitor.get(f"{ROOT}/list{query}")).text
    assert [name for name in ("Harbor Kitchen", "Ana", "Élodie") if f'<span class="bidi">{name}</span>' in page] == found


async def test_the_pages_of_the_list_follow_each_other_without_gaps(signing, visitor):
    from conference.endorsements.models import Authority, Kind

    names = [f"Group {number:03}" for number in range(130)]
    now = signing.call.published
    rows = [
        Endorsement(
            edition_id=signing.edition.id, text_id=signing.call.id, kind=Kind.ORGANIZATION if number < 60 else Kind.PERSON, state=State.COUNTED, authority=Authority.PAPER,
            language="en", made=now, confirmed=now, public_name=name, public_order=name.lower(),
        )
        for number, name in enumerate(names)
    ]  # fmt: skip
    await Endorsement.bulk_create(rows)
    first = (await visitor.get(f"{ROOT}/list?q=group")).text
    after = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = (await visitor.get(after)).text
    shown = [part.split("</span>")[0] for page in (first, second) for part in page.split('<span class="bidi">')[1:]]
    assert shown == names and 'rel="next"' not in second


async def test_lists_cost_the_same_for_one_and_for_thirty(signing, visitor):
    counts = []
    for names in (["Ana"], [f"Bea{'abcdefghijklmnopqrstuvwxyzäöüß'[number]}" for number in range(29)]):
        for number, name in enumerate(names):
            await signing.person(name, email=f"a{len(names)}{number}@example.org")
        for path in ("", "/list", "/call", "/call/print"):
            await visitor.get(f"{ROOT}{path}?x=1")
            with counting() as said:
                await visitor.get(f"{ROOT}{path}?x=1")
            counts.append(len(said))
    assert counts[:4] == counts[4:] == COST, counts


COST = [6, 5, 1, 2]


async def test_the_ready_list_changes_at_once(signing, visitor):
    assert "Ana" not in (await visitor.get(f"{ROOT}/list")).text
    signed = await signing.person("Ana")
    assert "Ana" in (await visitor.get(f"{ROOT}/list")).text
    await actions.withdraw(signed)
    assert "Ana" not in (await visitor.get(f"{ROOT}/list")).text and "Ana" not in (await visitor.get(ROOT)).text


async def test_a_handful_who_support_quietly_are_in_the_whole_alone(signing, visitor):
    for number in range(9):
        await signing.person(f"Quiet{'abcdefghi'[number]}", quiet=True)
    assert "Support quietly" not in (await visitor.get(f"{ROOT}/list")).text and "9 signatures in all." in (await visitor.get(f"{ROOT}/list")).text
    await signing.person("Quietj", quiet=True)
    assert "Support quietly" in (await visitor.get(f"{ROOT}/list")).text


async def test_the_page_to_print_has_the_text_and_lines_to_sign_on(signing, visitor):
    page = (await visitor.get(f"{ROOT}/call/print")).text
    assert "We call you to Chicago." in page and page.count("<td>") == 24 and "hello@example.org" in page and "print.pdf" not in page
    await jobs.later("endorsements.make_files")
    await jobs.run_due()
    assert "print.pdf" in (await visitor.get(f"{ROOT}/call/print")).text
    assert (await visitor.get(f"{ROOT}/call/print.pdf")).content == b"%PDF-1.7 quick"


async def test_a_new_call_is_published_by_editors(signing, cast, visitor):
    path = "/office/2027/editions/call"
    found = {name: (await (await cast.browser(name)).get(path)).status_code for name in ("dov", "cleo", "eve", "fay", "bo")}
    assert found == {"dov": 404, "cleo": 403, "eve": 403, "fay": 200, "bo": 200}
    fay = await cast.browser("fay")
    words = {f"{name}_{code}": f"{name} {code}" for name in ("title", "intro") for code in ("en", "es")} | {"body_en": "One.\n\nTwo.", "body_es": "Uno.", "after": "1"}
    uneven = await fay.post(path, data=words)
    assert uneven.status_code == 422 and "English has 2, Spanish 1" in uneven.text and "Two." in uneven.text
    assert (await fay.post(path, data=words | {"body_es": "Uno.\n\n\n Dos."})).status_code == 303
    text = await queries.text_in_force(signing.edition, "call")
    assert (text.version, text.points) == (2, [{"text": {"en": "One.", "es": "Uno."}}, {"text": {"en": "Two.", "es": "Dos."}}])
    late = await fay.post(path, data=words | {"body_es": "Uno.\n\nTres."})
    assert late.status_code == 422 and "Somebody else saved this page meanwhile" in late.text and hidden_of(late.text, "after") == "2"
    assert (await fay.post(path, data=words | {"body_es": "Uno.\n\nDos.", "after": "2"})).status_code == 303
    assert await AdoptedText.filter(kind="call").count() == 2, "the same words are one version"
    assert "title en" in (await visitor.get(f"{ROOT}/call")).text


async def test_one_sees_what_one_signed_on_ones_own_page(signing, cast, app):
    signed = await signing.person("Ana")
    dov = await cast.browser("dov")
    assert "What I signed" not in (await dov.get("/my")).text
    await dov.open(secret_of(signed))
    page = (await dov.get("/my")).text
    assert "What I signed" in page and mine(signed) in page
    async with new_browser(app) as other:
        assert "What I signed" not in (await other.get("/my")).text


async def test_the_points_of_unity_lead_to_where_they_are_signed(signing, visitor, fixed_clock):
    assert 'href="/2027/endorse/unity"' in (await visitor.get("/2027/unity")).text
    fixed_clock.on(days=90)
    assert 'href="/2027/endorse/unity"' not in (await visitor.get("/2027/unity?x=1")).text


async def test_the_main_page_says_how_many_stand_with_it_from_ten_on(signing, visitor):
    for number in range(10):
        page = (await visitor.get("/2027/")).text
        assert "Who stands with this conference" not in page
        await signing.person(f"Ana{'abcdefghij'[number]}")
    assert "10 organizations and persons have signed." in (await visitor.get("/2027/")).text
