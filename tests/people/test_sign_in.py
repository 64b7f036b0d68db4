"""Signing in through the front door."""

from conference.core import jobs
from conference.core.mail import Letter
from conference.people.models import Person, SignIn


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
    from conference.people.models import SignInLink

    assert (await SignInLink.get()).back_to == "/my"
