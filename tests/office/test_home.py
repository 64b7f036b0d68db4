"""The back office's home, and what runs by itself every day."""

from conference.core import jobs
from conference.core.running import running
from conference.core.sealing_models import KeyPrint
from conference.recurring import RECURRING


async def test_everybody_with_a_duty_finds_their_editions(cast, visitor):
    await cast.edition()
    await cast.edition("2028", public=False, city="Denver")
    found = {}
    for name in ("bo", "fay", "eve", "cleo", "gus"):
        page = (await (await cast.browser(name)).get("/office/")).text
        found[name] = ["2027: Chicago" in page, "2028: Denver" in page, "/office/outbox" in page, "/office/editions/new" in page]
    own = [True, False, False, False]
    assert found == {"bo": own, "fay": own, "eve": own, "cleo": own, "gus": [True, True, True, True]}
    assert (await (await cast.browser("dov")).get("/office/")).status_code == 404
    assert (await visitor.get("/office/")).headers["location"] == "/sign-in?next=%2Foffice%2F"


async def test_the_menu_offers_what_ones_duties_open(cast):
    wrong = {}
    for name in ("bo", "fay", "eve", "cleo", "gus"):
        browser = await cast.browser(name)
        menu = (await browser.get("/office/2027/")).text.split('id="menu"')[1].split("</nav>")[0]
        paths = [part.split('"')[0] for part in menu.split('href="')[1:] if not part.startswith("#")]
        wrong[name] = [(path, status) for path in paths if (status := (await browser.get(path)).status_code) != 200]
    assert wrong == {"bo": [], "fay": [], "eve": [], "cleo": [], "gus": []}


async def test_an_edition_is_for_its_own_people(cast):
    await cast.edition("2028")
    found = {name: [(await (await cast.browser(name)).get(path)).status_code for path in ("/office/2027/", "/office/2028/")] for name in ("bo", "gus", "dov")}
    assert found == {"bo": [200, 404], "gus": [200, 200], "dov": [404, 404]}
    assert [(await (await cast.browser("bo")).get(path)).status_code for path in ("/office/2099/", "/office/x/", "/office/2027")] == [404, 404, 307]


async def test_keys_made_while_the_app_ran_are_recorded_daily(app):
    running().keyring.ensure("donor:2027")
    assert await KeyPrint.filter(scope="donor:2027").count() == 0
    await jobs.later("office.record_keys")
    await jobs.run_due()
    assert await KeyPrint.filter(scope="donor:2027").count() == 1
    assert RECURRING["office.record_keys"].seconds == 24 * 3600
