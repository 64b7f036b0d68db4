"""What is said about an edition everywhere, opening a new one, the network and its chapters."""

from datetime import date

import pytest

from conference.core import audit, sealing
from conference.core.running import running
from conference.editions.models import Chapter, Edition, Organization
from tests.hostile import TEXTS, URLENCODED, as_shown, form_body

FACTS = {
    "title_en": "Strategy Conference", "title_es": "Conferencia de estrategia", "lead_en": "Three days.", "lead_es": "Tres días.", "begins": "2027-07-23", "ends": "2027-07-25",
    "city": "Chicago", "venue": "Lakeside Hall", "address": "1 Lake Street", "contact": "hello@example.org", "hotline": "", "accent": "moss", "public": "y",
}  # fmt: skip
NEW = FACTS | {"slug": "2028", "zone": "America/Denver", "organized_by": "Network of Neighbors", "begins": "2028-07-21", "ends": "2028-07-23"}
NETWORK = {"name": "Neighbors United", "short_name": "NU", "mail": "hello@example.org", "tagline_en": "Together", "tagline_es": "Juntos"}
CHAPTER = {"name": "North", "city": "Waukegan", "phone": "(847) 555-0100", "mail": "north@example.org", "about_en": "Tuesdays.", "about_es": "Los martes."}


async def test_changed_facts_are_on_every_page_at_once(cast, visitor):
    bo = await cast.browser("bo")
    await visitor.get("/2027/"), await visitor.get("/")
    answer = await bo.post("/office/2027/editions/facts", data=FACTS | {"venue": "Garden House", "title_es": "Encuentro"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/office/2027/editions/facts?saved=1")
    assert "Garden House" in (await visitor.get("/2027/")).text and "Garden House" in (await visitor.get("/")).text
    assert "Encuentro" in (await visitor.get("/2027/about?lang=es")).text
    [entry] = [one for one in await audit.history((await Edition.get()).id) if one.what == "editions.changed"]
    assert "venue" in entry.facts["columns"] and "Garden House" not in str(entry.facts)


async def test_the_form_shows_what_is_known(cast):
    bo = await cast.browser("bo")
    page = (await bo.get("/office/2027/editions/facts?saved=1")).text
    assert 'value="Lakeside Hall"' in page and 'value="2027-07-23"' in page and "Every page shows it now." in page


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"city": ""}, "Please fill this in."),
        ({"city": "x" * 121}, "at most 120 characters; this has 121"),
        ({"lead_es": "x" * 1001}, "at most 1000 characters"),
        ({"begins": "soon"}, "like 2027-07-24"),
        ({"ends": "2027-07-22"}, "cannot be before the first"),
        ({"ends": "2027-09-01"}, "longer than a month"),
        ({"accent": "beige"}, "Please choose one of these."),
        ({"contact": "call us"}, "does not look like an e-mail address"),
    ],
)
async def test_facts_that_cannot_be_used_are_explained_and_the_rest_is_kept(cast, sent, told):
    bo = await cast.browser("bo")
    answer = await bo.post("/office/2027/editions/facts", data=FACTS | {"venue": "Garden House"} | sent)
    assert answer.status_code == 422 and told in answer.text and 'value="Garden House"' in answer.text
    assert (await Edition.get()).venue == "Lakeside Hall"


@pytest.mark.parametrize("name", TEXTS)
async def test_odd_facts_are_kept_clean_and_shown_as_text(cast, visitor, name):
    bo = await cast.browser("bo")
    sent, left = TEXTS[name]
    answer = await bo.post("/office/2027/editions/facts", content=form_body(FACTS, city=sent), headers=URLENCODED)
    if left is None:
        assert answer.status_code in (303, 400)
        return
    assert (answer.status_code, (await Edition.get()).city) == (303, left)
    page = (await visitor.get("/2027/")).text
    assert as_shown(left) in page and "<script>alert" not in page


async def test_a_new_edition_begins_hidden_with_its_keys(cast, visitor):
    gus = await cast.browser("gus")
    hidden = {name: value for name, value in NEW.items() if name != "public"}
    answer = await gus.post("/office/editions/new", data=hidden)
    assert (answer.status_code, answer.headers["location"]) == (303, "/office/2028/")
    edition = await Edition.get(slug="2028")
    assert (edition.zone, edition.public, edition.begins) == ("America/Denver", False, date(2028, 7, 21))
    assert all(running().keyring.keys(scope) for scope in sealing.scopes_of_edition(edition.id))
    assert ((await visitor.get("/2028/")).status_code, (await gus.get("/office/2028/")).status_code) == (404, 200)
    assert "Only organizers see this edition" in (await gus.get("/office/2028/")).text
    assert "not shown yet" in (await gus.get("/office/")).text


async def test_a_new_edition_sent_twice_is_one(cast):
    gus = await cast.browser("gus")
    answers = [await gus.post("/office/editions/new", data=NEW) for _again in range(2)]
    assert [answer.status_code for answer in answers] == [303, 422]
    assert "There is an edition with this name already." in answers[1].text and await Edition.all().count() == 1


@pytest.mark.parametrize("slug", ["", "28", "2028/..", "2028-", "2028-Winter", "3028", "2028 winter", "٢٠٢٨", "news", "2028-" + "x" * 19])
async def test_a_slug_that_is_no_year_is_explained(cast, slug):
    gus = await cast.browser("gus")
    answer = await gus.post("/office/editions/new", data=NEW | {"slug": slug})
    told = "Please fill this in." if not slug else "Write the year, such as 2028"
    assert (answer.status_code, told in answer.text, await Edition.all().count()) == (422, True, 0)


@pytest.mark.parametrize("slug", ["2028", "1999", "2028-winter"])
async def test_these_are_years(cast, slug):
    gus = await cast.browser("gus")
    assert (await gus.post("/office/editions/new", data=NEW | {"slug": slug})).headers["location"] == f"/office/{slug}/"


async def test_a_zone_that_is_no_zone_is_refused(cast):
    gus = await cast.browser("gus")
    answer = await gus.post("/office/editions/new", data=NEW | {"zone": "../../etc/passwd"})
    assert (answer.status_code, await Edition.all().count()) == (422, 0)


async def test_the_network_is_described_once_and_named_on_every_page(cast, visitor):
    await cast.edition()
    gus = await cast.browser("gus")
    assert "Neighbors United" not in (await visitor.get("/2027/about")).text
    for _again in range(2):
        answer = await gus.post("/office/editions/organization", data=NETWORK | {"sponsor_name": "Harbor", "sponsor_lines": "1 Harbor Street\nSpringfield"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/office/editions/organization?saved=1")
    assert (await Organization.get()).sponsor["lines"] == ["1 Harbor Street", "Springfield"]
    assert "Neighbors United" in (await visitor.get("/2027/about")).text
    donate = (await visitor.get("/donate")).text
    assert "<strong>Harbor</strong>" in donate and "1 Harbor Street<br>Springfield" in donate
    assert (await gus.post("/office/editions/organization", data=NETWORK | {"name": ""})).status_code == 422
    assert 'value="Neighbors United"' in (await gus.get("/office/editions/organization")).text


async def test_a_chapter_comes_changes_and_goes(cast, visitor):
    await cast.organization()
    gus = await cast.browser("gus")
    for _again in range(2):
        assert (await gus.post("/office/editions/chapters/new", data=CHAPTER)).headers["location"] == "/office/editions/organization"
    chapter = await Chapter.get()
    assert 'href="tel:8475550100"' in (await visitor.get("/contact")).text
    answer = await gus.post("/office/editions/chapters/new", data=CHAPTER | {"phone": "1"})
    assert answer.status_code == 422 and "There is a chapter with this name in this city already" in answer.text
    assert (await gus.post(f"/office/editions/chapters/{chapter.id}", data=CHAPTER | {"about_es": "Cada martes."})).status_code == 303
    assert "Cada martes." in (await visitor.get("/contact?lang=es")).text
    assert (await gus.post(f"/office/editions/chapters/{chapter.id}", data=CHAPTER | {"about_en": ""})).status_code == 422
    assert (await gus.post(f"/office/editions/chapters/{chapter.id}/removal")).status_code == 303
    assert "tel:8475550100" not in (await visitor.get("/contact")).text
    assert (await gus.get(f"/office/editions/chapters/{chapter.id}")).status_code == 404
