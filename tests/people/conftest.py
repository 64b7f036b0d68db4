"""The site as it is run for real, where people with a duty sign in with two steps; and a passkey made of a few lines."""

import pyotp
import pytest_asyncio

from conference.app import App, create_app, opened
from conference.core import sealing
from conference.people.models import Factor, FactorKind, Person
from conference.people.queries import person_by_email
from tests.cast import Browser, Cast
from tests.conftest import new_browser

BASE = "https://conference.test"


@pytest_asyncio.fixture
async def real(settings, fixed_clock):
    """The app, not as a demo."""
    made = create_app(settings.model_copy(update={"demo": False, "base_url": BASE}), clock=fixed_clock)
    async with opened(made.context):
        yield made


@pytest_asyncio.fixture
async def staff(real: App):
    made = Cast(real, lambda: https_browser(real))
    yield made
    await made.leave()


def https_browser(app: App) -> Browser:
    browser = new_browser(app)
    browser.base_url = BASE
    return browser


async def person(name: str) -> Person:
    found = await person_by_email(f"{name}@example.org")
    assert found is not None
    return found


async def app_of(name: str) -> pyotp.TOTP:
    """The app on this person's phone."""
    factor = await Factor.filter(person_id=(await person(name)).id, kind=FactorKind.APP).order_by("-made").first()
    assert factor is not None
    return pyotp.TOTP(sealing.open_one(factor, "secret").secret)


async def with_an_app(staff: Cast, name: str) -> Browser:
    """Signed in, the second step set up and just shown."""
    browser = await staff.browser(name)
    page = await browser.post("/sign-in/second/app")
    app = await app_of(name)
    answer = await browser.post(page.headers["location"], data={"number": app.at(staff.app.context.clock())})
    assert answer.status_code == 200, answer.text
    return browser
