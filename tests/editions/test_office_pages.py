"""Writing and publishing pages in the back office."""

import pytest

from conference.editions import actions
from conference.editions.models import Page, PageRevision
from tests.hostile import TEXTS, URLENCODED, as_shown, form_body
from tests.queries import counting

HERE = "/office/2027/editions/pages"
WORDS = {"title_en": "Getting here", "body_en": "By bus.", "title_es": "Cómo llegar", "body_es": "En autobús."}
KEPT = {"en": {"title": "Getting here", "body": "By bus."}, "es": {"title": "Cómo llegar", "body": "En autobús."}}


async def test_a_page_is_written_then_published(cast, visitor):
    fay = await cast.browser("fay")
    answer = await fay.post(f"{HERE}/travel", data=WORDS)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}/travel?saved=1")
    page = (await fay.open(f"{HERE}/travel?saved=1")).text
    assert 'value="Getting here"' in page and "Saved as a draft" in page
    assert "Getting here" not in (await visitor.get("/2027/travel")).text
    answer = await fay.post(f"{HERE}/travel/publication")
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    assert "<h1>Getting here</h1>" in (await visitor.get("/2027/travel")).text
    assert (await Page.get()).live == KEPT


async def test_the_list_says_how_each_page_stands(cast):
    fay, edition = await cast.browser("fay"), await cast.edition()
    await actions.publish_page(await actions.write_page(edition, "about", KEPT))
    await actions.write_page(edition, "travel", KEPT | {"es": {"title": "", "body": ""}})
    page = (await fay.get(HERE)).text
    rows = {row.split("</a>")[0].rpartition(">")[2]: row for row in page.split("<tr>")[2:]}
    assert list(rows) == ["main", "about", "proposals", "travel", "housing", "endorse", "donate"]
    assert ("not begun" in rows["main"], "published" in rows["about"], "draft" in rows["travel"], "missing" in rows["travel"]) == (True, True, True, True)


async def test_one_language_alone_is_not_published(cast, visitor):
    fay, edition = await cast.browser("fay"), await cast.edition()
    for half in ({"title_es": ""}, {"body_es": ""}, {"title_en": ""}, {"body_en": " \n "}):
        known = await Page.get_or_none(edition_id=edition.id, slug="travel")
        await fay.post(f"{HERE}/travel", data=WORDS | half | {"revision": str(known.revision if known else 0)})
        answer = await fay.post(f"{HERE}/travel/publication")
        assert answer.status_code == 422 and "title and text are needed in English and in Spanish" in answer.text
    assert (await Page.get()).live is None and "This page is being written." in (await visitor.get("/2027/travel")).text


async def test_of_two_editors_the_second_keeps_their_words(cast):
    fay, bo = await cast.browser("fay"), await cast.browser("bo")
    await fay.post(f"{HERE}/travel", data=WORDS)
    first = await fay.post(f"{HERE}/travel", data=WORDS | {"body_en": "By train.", "revision": "1"})
    second = await bo.post(f"{HERE}/travel", data=WORDS | {"body_en": "On foot <b>only</b>.", "revision": "1"})
    assert (first.status_code, second.status_code) == (303, 422)
    assert "Somebody else saved this page meanwhile" in second.text and "On foot &lt;b&gt;only&lt;/b&gt;." in second.text
    assert 'name="revision" type="hidden" value="2"' in second.text and "By train." in second.text
    assert (await bo.post(f"{HERE}/travel", data=WORDS | {"body_en": "On foot.", "revision": "2"})).status_code == 303
    assert await PageRevision.all().order_by("revision").values_list("revision", flat=True) == [1, 2, 3]


async def test_the_same_words_sent_twice_are_kept_once(cast):
    fay = await cast.browser("fay")
    answers = [await fay.post(f"{HERE}/travel", data=WORDS) for _again in range(2)]
    assert ([answer.status_code for answer in answers], await PageRevision.all().count()) == ([303, 303], 1)


@pytest.mark.parametrize("name", TEXTS)
async def test_odd_words_are_kept_clean_and_shown_as_text(cast, name):
    fay = await cast.browser("fay")
    sent, left = TEXTS[name]
    answer = await fay.post(f"{HERE}/travel", content=form_body(WORDS, title_en=sent), headers=URLENCODED)
    if left is None:
        assert answer.status_code in (303, 400)
        return
    assert answer.status_code == 303
    assert (await Page.get()).draft["en"]["title"] == left
    assert f'value="{as_shown(left)}"' in (await fay.get(f"{HERE}/travel")).text


async def test_too_much_text_is_kept_and_explained(cast):
    fay = await cast.browser("fay")
    answer = await fay.post(f"{HERE}/travel", data=WORDS | {"body_en": "x" * 40_001})
    assert answer.status_code == 422 and "at most 40000 characters; this has 40001" in answer.text and "x" * 40_001 in answer.text
    assert await Page.all().count() == 0


async def test_a_far_too_big_form_is_refused_with_advice(cast):
    fay = await cast.browser("fay")
    answer = await fay.post(f"{HERE}/travel", data=WORDS | {"body_en": "x" * 600_000})
    assert answer.status_code == 413 and "Shorten the text or choose a smaller file" in answer.text


async def test_files_and_nonsense_in_the_place_of_words(cast):
    fay = await cast.browser("fay")
    answer = await fay.post(f"{HERE}/travel", data={"body_en": "Words"}, files={"title_en": ("a.txt", b"words", "text/plain")})
    assert (answer.status_code, (await Page.get()).draft["en"]) == (303, {"title": "", "body": "Words"})
    for revision in ("-1", "x", "9" * 12, "1e3"):
        answer = await fay.post(f"{HERE}/travel", data=WORDS | {"revision": revision})
        assert answer.status_code == 422 and "Somebody else saved this page meanwhile" in answer.text


@pytest.mark.parametrize("slug", ["nothing", "..%2F..%2Fetc", "%00", "Travel", "x" * 200, "%F0%9F%8C%BB"])
async def test_a_page_nobody_needs_cannot_be_begun(cast, slug):
    fay = await cast.browser("fay")
    answers = [await fay.get(f"{HERE}/{slug}"), await fay.post(f"{HERE}/{slug}", data=WORDS), await fay.post(f"{HERE}/{slug}/publication")]
    assert ([answer.status_code for answer in answers], await Page.all().count()) == ([404, 404, 404], 0)


async def test_what_is_not_begun_is_not_published(cast):
    fay = await cast.browser("fay")
    assert (await fay.post(f"{HERE}/travel/publication")).status_code == 404


async def test_the_list_costs_the_same_for_one_page_and_for_thirty(cast):
    fay, edition = await cast.browser("fay"), await cast.edition()
    asked = []
    for number in range(30):
        await actions.write_page(edition, f"page-{number}", KEPT)
        if number in (0, 29):
            await fay.get(HERE)
            with counting() as statements:
                await fay.get(HERE)
            asked.append(len(statements))
    assert asked == [3, 3]


async def test_pages_of_the_network_are_for_its_own_editors(cast, visitor):
    gus, fay, bo = await cast.browser("gus"), await cast.browser("fay"), await cast.browser("bo")
    here = "/office/editions/pages"
    assert [(await browser.get(here)).status_code for browser in (gus, fay, bo)] == [200, 403, 403]
    assert (await gus.post(f"{here}/contact", data=WORDS)).headers["location"] == f"{here}/contact?saved=1"
    assert (await gus.post(f"{here}/contact/publication")).headers["location"] == here
    assert "<h1>Getting here</h1>" in (await visitor.get("/contact")).text
    assert (await gus.get(f"{here}/travel")).status_code == 404
