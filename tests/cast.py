"""The people of our tests, by name and standing; they sign in through the front door.

Ada is registered, Bo an organizer, Cleo the treasurer, Dov a stranger with a sign-in, Eve a note-taker, Fay an editor, Hal
coordinates housing, Ivy is the registrar; Gus is an organizer of the whole organization.
"""

import re
from collections.abc import Callable

import httpx

from conference.app import App
from conference.core import jobs, mail
from conference.core.mail import Letter
from conference.editions.actions import create_edition, describe_organization, give_duty
from conference.editions.models import Duties, Edition, Organization
from conference.people.actions import person_for
from conference.people.models import Person

DUTIES = {"bo": Duties.ORGANIZER, "cleo": Duties.TREASURER, "eve": Duties.NOTE_TAKER, "fay": Duties.EDITOR, "hal": Duties.HOUSING, "ivy": Duties.REGISTRAR}
DUTIES_EVERYWHERE = {"gus": Duties.ORGANIZER}


class Browser(httpx.AsyncClient):
    """One browser: cookies are kept, redirects are not followed unless asked."""

    async def follow(self, answer: httpx.Response) -> httpx.Response:
        while answer.is_redirect:
            answer = await self.get(answer.headers["location"])
        return answer

    async def open(self, path: str) -> httpx.Response:
        return await self.follow(await self.get(path))


class Cast:
    def __init__(self, app: App, browser: Callable[[], Browser]) -> None:
        self.app, self._browser = app, browser
        self._browsers: dict[str, Browser] = {}
        self._edition: Edition | None = None

    async def edition(self, slug: str = "2027", **facts: object) -> Edition:
        """The edition our tests play in, made on first use."""
        known = await Edition.get_or_none(slug=slug)
        return known or await create_edition(**(a_plain_edition(slug) | facts))

    async def organization(self) -> Organization:
        return await describe_organization(
            name="Network of Neighbors", short_name="NN", tagline={"en": "Together", "es": "Juntas"}, mail="hello@example.org", hotline="(202) 555-0100",
            sponsor={"name": "Harbor Peace Center", "lines": ["1 Harbor Street", "Springfield"]},
        )

    async def person(self, name: str) -> Person:
        """Somebody of the cast, with their duty in the edition."""
        person = await person_for(f"{name}@example.org", "en")
        if name in DUTIES:
            await give_duty(person, await self.edition(), DUTIES[name])
        if name in DUTIES_EVERYWHERE:
            await give_duty(person, None, DUTIES_EVERYWHERE[name])
        return person

    async def browser(self, name: str) -> Browser:
        """A browser in which this person is signed in, through the front door."""
        if name not in self._browsers:
            await self.person(name)
            self._browsers[name] = self._browser()
            await sign_in(self._browsers[name], f"{name}@example.org")
        return self._browsers[name]

    async def leave(self) -> None:
        for browser in self._browsers.values():
            await browser.aclose()


def a_plain_edition(slug: str = "2027") -> dict:
    from datetime import date

    return dict(
        slug=slug, title={"en": "Strategy Conference", "es": "Conferencia de estrategia"}, lead={"en": "Three days.", "es": "Tres días."}, city="Chicago",
        venue="Lakeside Hall", address="1 Lake Street, Chicago", zone="America/Chicago", begins=date(2027, 7, 23), ends=date(2027, 7, 25), contact="hello@example.org",
        hotline="(312) 555-0100", organized_by="Network of Neighbors", public=True, refund_table=[{"days": 30, "percent": 100}, {"days": 7, "percent": 50}],
    )


async def sign_in(browser: Browser, email: str) -> None:
    await browser.post("/sign-in", data={"email": email})
    await jobs.run_due()
    letter = await sign_in_letter(email)
    await browser.get(re.search(r"<https?://[^/]+(/sign-in/[^>]+)>", letter)[1])
    answer = await browser.post("/sign-in/now")
    assert answer.status_code == 303, answer.text


async def sign_in_letter(email: str) -> str:
    """The sign-in letter to this address that still works: with a clock that stands still, none is the newest."""
    for row in await Letter.filter(name="people.sign_in"):
        message = await mail.compose(row)
        if message is not None and message["To"] == email:
            return await letter_text(row)
    raise AssertionError(f"no sign-in letter to {email} works")


async def newest_letter(name: str) -> str:
    """The text of the newest letter of this name, as it would go out now."""
    row = await Letter.filter(name=name).order_by("-made", "-id").first()
    assert row is not None, f"no letter {name} was posted"
    return await letter_text(row)


async def letter_text(row: Letter) -> str:
    message = await mail.compose(row)
    assert message is not None
    return f"To: {message['To']}\nSubject: {message['Subject']}\n\n" + message.get_body(("plain",)).get_content()
