"""Signing in through the front door."""

import re

import pytest

from conference.core import jobs
from conference.core.mail import Letter
from conference.people import actions, queries
from conference.people.models import Person, SignIn, SignInLink
from tests.cast import newest_letter
from tests.hostile import TEXTS, URLENCODED, form_body


async def test_a_letter_brings_a_link_that_works_once(cast, app):
    browser = await cast.browser("bo")
    assert await SignIn.all().count() == 1
    again = await browser.get("/sign-in/now")
    assert (again.status_code, await SignIn.all().count()) == (404, 1)


async def test_known_and_unknown_addresses_are_answered_alike(cast, visitor):
    await cast.person("ada")
    known = await visitor.post("/sign-in", data={"email": "ada@example.org"})
    unknown = await visitor.post("/sign-in", data={"email": "nobody@example.org"})
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    await jobs.run_due()
    assert await Letter.filter(name="people.sign_in").count() == 2


async def test_a_mistyped_address_is_kept_and_explained(visitor):
    answer = await visitor.post("/sign-in", data={"email": "ada at example"})
    assert answer.status_code == 422
    assert 'value="ada at example"' in answer.text and "does not look like an e-mail address" in answer.text
    assert await Person.all().count() == 0


async def test_signing_out_ends_it(cast):
    browser = await cast.browser("bo")
    assert (await browser.post("/sign-out")).status_code == 303
    assert await SignIn.all().count() == 0


async def test_a_post_from_another_site_is_refused(visitor):
    answer = await visitor.post("/sign-in", data={"email": "ada@example.org"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403 and "did not come from one of our pages" in answer.text


async def test_without_browser_headers_cookie_and_field_must_agree(app):
    from tests.conftest import new_browser

    browser = new_browser(app)
    del browser.headers["sec-fetch-site"]
    page = await browser.get("/sign-in")
    token = page.text.split('name="form_token" value="')[1].split('"')[0]
    assert (await browser.post("/sign-in", data={"email": "ada@example.org"})).status_code == 403
    assert (await browser.post("/sign-in", data={"email": "ada@example.org", "form_token": token})).status_code == 200


async def test_a_link_leads_only_to_our_own_pages(cast, visitor):
    await visitor.post("/sign-in", data={"email": "ada@example.org", "back_to": "//evil.example"})
    assert (await SignInLink.get()).back_to == "/my"


async def test_looking_at_the_link_without_its_body_signs_nobody_in(cast, visitor):
    """Mail scanners follow links; some ask by HEAD."""
    await visitor.post("/sign-in", data={"email": "ada@example.org"})
    await jobs.run_due()
    await visitor.get(await _link_in_letter())
    assert [(await visitor.head("/sign-in/now")).status_code, (await visitor.get("/sign-in/now")).status_code] == [200, 200]
    assert (await SignIn.all().count(), (await Person.get()).confirmed) == (0, None)
    assert (await visitor.post("/sign-in/now")).status_code == 303
    assert await SignIn.all().count() == 1


async def _link_in_letter() -> str:
    return re.search(r"<http://[^/]+(/sign-in/[^>]+)>", await newest_letter("people.sign_in"))[1]


async def test_the_first_get_takes_the_secret_out_of_the_address(visitor):
    await visitor.post("/sign-in", data={"email": "ada@example.org"})
    await jobs.run_due()
    answer = await visitor.get(await _link_in_letter())
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/now")
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert "You are about to sign in as ada@example.org." in (await visitor.get("/sign-in/now")).text


async def test_old_wrong_and_foreign_links_look_alike(visitor, fixed_clock):
    await visitor.post("/sign-in", data={"email": "ada@example.org"})
    await jobs.run_due()
    link = await _link_in_letter()
    fixed_clock.on(minutes=61)
    pages = []
    for path in (link, link[:-3] + "AAA", "/sign-in/x", "/sign-in/" + "A" * 43):
        await visitor.get(path)
        pages.append(((answer := await visitor.get("/sign-in/now")).status_code, answer.text))
    assert pages == [pages[0]] * 4 and pages[0][0] == 404 and "This link no longer works" in pages[0][1]


async def test_one_address_gets_few_letters_an_hour_and_nobody_is_told(visitor):
    answers = [await visitor.post("/sign-in", data={"email": "Ada@example.org"}) for _again in range(8)]
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
    assert await Letter.filter(name="people.sign_in").count() == 5


async def test_new_addresses_from_one_place_are_bounded_and_known_ones_are_not(cast, visitor):
    await cast.person("ada")
    for number in range(62):
        assert (await visitor.post("/sign-in", data={"email": f"new{number}@example.org"})).status_code == 200
    assert await Person.all().count() == 1 + 60
    await visitor.post("/sign-in", data={"email": "ada@example.org"})
    assert await Letter.filter(name="people.sign_in").count() == 61


@pytest.mark.parametrize(("back_to", "kept"), [("/office/2027/?x=1", "/office/2027/?x=1"), ("https://evil.example/", "/my"), ("/\\evil", "/my"), ("/" + "x" * 400, None), ("/a\nb", "/a b")])
async def test_where_a_sign_in_leads_is_one_of_our_pages(visitor, back_to, kept):
    answer = await visitor.post("/sign-in", data={"email": "ada@example.org", "back_to": back_to})
    if kept is None:
        assert answer.status_code == 422
    else:
        assert (answer.status_code, (await SignInLink.get()).back_to) == (200, kept)


@pytest.mark.parametrize("name", TEXTS)
async def test_odd_words_are_no_address(visitor, name):
    answer = await visitor.post("/sign-in", content=form_body({}, email=TEXTS[name][0]), headers=URLENCODED)
    assert (answer.status_code in (400, 422), await Person.all().count()) == (True, 0)


async def test_sign_ins_that_are_over_and_unconfirmed_addresses_are_forgotten(cast, visitor, fixed_clock):
    ada = await cast.browser("ada")  # confirmed
    await cast.person("eve")  # has a duty
    await visitor.post("/sign-in", data={"email": "nobody@example.org"})
    await jobs.run_due()
    fixed_clock.on(days=14)
    await actions.forget_old()
    assert await Person.all().count() == 3
    fixed_clock.on(seconds=1)
    await visitor.post("/sign-in", data={"email": "new@example.org"})
    await actions.forget_old()
    left = sorted(queries.email_of(person) for person in await Person.all())
    assert (left, await SignInLink.all().count(), (await ada.get("/my")).status_code) == (["ada@example.org", "eve@example.org", "new@example.org"], 1, 200)
    fixed_clock.on(days=16)
    assert (await ada.get("/my")).status_code == 303
    await actions.forget_old()
    assert await SignIn.all().count() == 0


async def test_many_unconfirmed_addresses_are_forgotten_in_parts(app, fixed_clock):
    people = [Person(made=fixed_clock()) for _one in range(401)]
    await Person.bulk_create(people)
    fixed_clock.on(days=15)
    await actions.forget_old()
    assert await Person.all().count() == 0


async def test_signing_out_asks_first(cast):
    browser = await cast.browser("bo")
    assert "Sign out on this device" in (await browser.get("/sign-out")).text
    assert ((await browser.head("/sign-out")).status_code, await SignIn.all().count()) == (200, 1)


async def test_words_of_an_ended_sign_in_can_be_sent_again(cast, visitor):
    await cast.person("bo")
    sent = {"email": "mar@example.org", "duty": "editor", "until": ""}
    kept = await visitor.post("/office/2027/editions/duties", data=sent)
    from tests.cast import sign_in

    await sign_in(visitor, "bo@example.org")
    words = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', kept.text))
    words.pop("form_token")
    assert words == sent
    assert (await visitor.post(re.search(r'<form method="post" action="([^"]+)"', kept.text)[1], data=words)).status_code == 303


async def test_a_page_that_only_takes_forms_is_not_where_one_is_brought_back(cast, visitor):
    await cast.edition()
    kept = await visitor.post("/office/2027/editions/pages/travel/publication?x=1")
    assert kept.status_code == 401 and 'href="/sign-in"' in kept.text and 'action="/office/2027/editions/pages/travel/publication?x=1"' in kept.text
