"""A guest asks for a bed, a host offers one, a coordinator brings them together, both say yes, both see how to reach each other."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.walks.site import Site
from tests.walks.walking import WAYS, Walk, walking

REFERENCE = re.compile(r"^[A-Z0-9]{6}$")


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_a_party_and_a_host_find_each_other(site: Site, browser: Browser, language: str, width: int, scripts: bool) -> None:
    with (
        walking(site, browser, "guest", language=language, width=width, scripts=scripts) as guest,
        walking(site, browser, "host", language=language, width=width, scripts=scripts) as host,
        walking(site, browser, "coordinator", language=language, width=width, scripts=scripts, role="organizer") as coordinator,
    ):
        party, house = _ask(guest), _offer(host)
        _place(coordinator, party, house)
        _answer(host, "Would you take these guests in?")
        host.is_told("Where do you live?").write("Street, number, bell", "12 Juniper Lane").press("Save", exact=True)
        guest.page.reload()
        _answer(guest, "Would you stay with this host?")
        guest.is_told("Both of you said yes").press("Show name and contact").is_told("Your host").sees_text("12 Juniper Lane").sees_text("Tía Chucha 🌻")
        host.page.reload()
        host.follow("See how to reach each other").press("Show name and contact").is_told("Your guests").sees_text("Two from Ohio")
        guest.follow("Back", exact=True).sees("the host").press("I need to leave").is_told("Call this number").sees_text("(312) 555-0127")
        coordinator.go("/office/2027/housing/").sees("A guest needs to leave")


def _ask(walk: Walk) -> str:
    """The reference of a request for two, Friday and Saturday."""
    walk.go("/2027/travel").follow("Ask for a bed, or offer one").follow("I need a bed")
    walk.press("Ask for a bed", "nothing written", exact=True).sees("Please look again")
    walk.write("What should we call you?", "Two from Ohio").write("How many are you?", "2").tick("No pets").tick("We can sleep on a floor")
    _nights(walk)
    walk.press("Ask for a bed", exact=True).is_told("You asked for a bed")
    return _reference(walk)


def _offer(walk: Walk) -> str:
    """The reference of an offer of two beds on the same nights."""
    walk.go("/2027/housing").follow("I can offer a bed")
    walk.write("What should we call you?", "Tía Chucha 🌻").write("Beds", "2").write("Which part of town?", "Pilsen").tick("There are pets")
    _nights(walk)
    walk.press("Offer a bed", exact=True).is_told("Thank you for your offer")
    return _reference(walk)


def _nights(walk: Walk) -> None:
    for night in ("2027-07-23", "2027-07-24"):
        walk.page.locator(f'input[name="nights"][value="{night}"] + label').click()


def _reference(walk: Walk) -> str:
    found = walk.page.locator("dd").filter(has_text=REFERENCE)
    expect(found).to_have_count(1)
    return found.inner_text()


def _place(walk: Walk, party: str, house: str) -> None:
    """Vet the host, then ask them for the party, in spite of what clashes."""
    walk.go("/office/2027/housing/").page.get_by_role("link", name=re.compile(house)).click()
    walk.look("host").press("We spoke; they can be asked").sees("Can be asked")
    walk.go("/office/2027/housing/requests?state=open").page.get_by_role("link", name=party, exact=True).click()
    walk.look("party").tick_text(house).press("Ask this host").sees("Host is asked")


def _answer(walk: Walk, question: str) -> None:
    """From one's own page, where the question waits."""
    walk.page.reload()
    walk.sees("We have a question for you").follow("Read it and answer").is_told(question).press("Yes", exact=True)
