"""Who may open which back-office page, and who may not."""

import pytest

from tests.cast import sign_in

EDITOR = ("/office/2027/editions/pages", "/office/2027/editions/pages/travel")
ORGANIZER = ("/office/2027/editions/facts", "/office/2027/editions/duties")
NETWORK = (
    "/office/editions/new", "/office/editions/organization", "/office/editions/chapters/new", "/office/editions/pages", "/office/editions/pages/contact",
    "/office/editions/duties",
)  # fmt: skip
POST_ONLY = (
    "/office/2027/editions/pages/travel/publication", "/office/editions/pages/contact/publication",
    "/office/editions/chapters/00000000-0000-4000-8000-000000000000/removal",
)  # fmt: skip
ENDS = ("/office/2027/editions/duties/00000000-0000-4000-8000-000000000000/end", "/office/editions/duties/00000000-0000-4000-8000-000000000000/end")


async def _statuses(cast, path, *names):
    return {name: (await (await cast.browser(name)).get(path)).status_code for name in names}


@pytest.mark.parametrize("path", EDITOR)
async def test_pages_are_for_editors_and_organizers(cast, path):
    assert await _statuses(cast, path, "fay", "bo", "gus", "cleo", "eve", "dov") == {"fay": 200, "bo": 200, "gus": 200, "cleo": 403, "eve": 403, "dov": 404}


@pytest.mark.parametrize("path", ORGANIZER)
async def test_facts_and_duties_are_for_organizers(cast, path):
    assert await _statuses(cast, path, "bo", "gus", "fay", "cleo", "dov") == {"bo": 200, "gus": 200, "fay": 403, "cleo": 403, "dov": 404}


@pytest.mark.parametrize("path", NETWORK)
async def test_what_is_for_all_editions_takes_a_duty_for_all(cast, path):
    assert await _statuses(cast, path, "gus", "bo", "fay", "dov") == {"gus": 200, "bo": 403, "fay": 403, "dov": 404}


@pytest.mark.parametrize("path", EDITOR + ORGANIZER + NETWORK)
async def test_signed_out_people_are_asked_in_and_brought_back(cast, visitor, path):
    await cast.person("gus")
    await cast.edition()
    answer = await visitor.get(f"{path}?saved=1")
    assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=%2Foffice%2F")
    form = await visitor.get(answer.headers["location"])
    back_to = form.text.split('name="back_to" type="hidden" value="')[1].split('"')[0]
    assert back_to == f"{path}?saved=1"
    await sign_in(visitor, "gus@example.org")
    assert (await visitor.get(back_to)).status_code == 200


@pytest.mark.parametrize("path", POST_ONLY)
async def test_what_changes_something_is_not_opened(cast, path):
    await cast.edition()
    gus = await cast.browser("gus")
    assert (await gus.get(path)).status_code == 405


@pytest.mark.parametrize("path", ENDS + POST_ONLY[2:])
async def test_a_row_that_is_not_there_is_no_page(cast, path):
    await cast.edition()
    gus = await cast.browser("gus")
    assert (await gus.post(path)).status_code == 404
    assert (await gus.post(path.replace("00000000-0000-4000-8000-000000000000", "no-id"))).status_code == 404


@pytest.mark.parametrize("path", EDITOR + ORGANIZER + NETWORK)
async def test_a_form_from_another_site_changes_nothing(cast, path):
    await cast.edition()
    gus = await cast.browser("gus")
    answer = await gus.post(path, data={"title_en": "x"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code in (403, 405)


async def test_a_look_that_leaves_out_the_body_changes_nothing(cast):
    """HEAD is answered like GET, and never like POST."""
    from conference.editions.models import Page

    gus = await cast.browser("gus")
    await cast.edition()
    assert [(await gus.head(path)).status_code for path in EDITOR + ORGANIZER + NETWORK] == [200] * 10
    assert await Page.all().count() == 0


async def test_an_ended_sign_in_keeps_the_typed_words(cast, visitor):
    await cast.edition()
    answer = await visitor.post("/office/2027/editions/pages/travel", data={"title_en": 'By "train" <now>', "body_en": "Line one\nline two"})
    assert (answer.status_code, answer.headers["cache-control"]) == (401, "no-store")
    assert 'action="/office/2027/editions/pages/travel"' in answer.text
    assert '<input type="hidden" name="title_en" value="By &#34;train&#34; &lt;now&gt;">' in answer.text
    assert '<input type="hidden" name="body_en" value="Line one\nline two">' in answer.text
    assert 'href="/sign-in?next=%2Foffice%2F2027%2Feditions%2Fpages%2Ftravel"' in answer.text


async def test_a_signed_out_form_of_another_site_is_not_kept_to_be_sent(cast, visitor):
    await cast.edition()
    answer = await visitor.post("/office/2027/editions/duties", data={"email": "evil@example.org"}, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, "evil@example.org" in answer.text) == (403, False)


async def test_a_signed_out_form_that_is_too_big_is_refused_as_such(cast, visitor):
    await cast.edition()
    answer = await visitor.post("/office/2027/editions/pages/travel", data={"body_en": "x" * 600_000})
    assert answer.status_code == 413
