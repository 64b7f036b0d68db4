"""Gifts are paid at the same stand-in as orders; PDFs come from a quick one unless a test asks for ``real_pdfs``."""

import re

import pytest
import pytest_asyncio

from conference.core.pdf import Renderer
from conference.donations import actions, queries
from conference.donations.models import Gift
from conference.payments.models import Method
from tests.notes.conftest import QUICK
from tests.payments.conftest import Till
from tests.payments.conftest import double as double
from tests.payments.conftest import till as till
from tests.payments.conftest import wire as wire

ANSWERS = {"amount": "2000", "own_amount": "", "fund": "anywhere", "way": "check", "name": "", "email": "", "language": "en"}


@pytest_asyncio.fixture
async def app(app, request):
    if "real_pdfs" not in request.fixturenames:
        app.context.parts["pdf"] = Renderer(command=QUICK)
    return app


@pytest.fixture
def real_pdfs():
    """PDFs by WeasyPrint in its own process."""


class Box:
    """An edition that takes gifts, and a sponsor who receives them."""

    def __init__(self, till: Till) -> None:
        self.till = till

    @property
    def edition(self):
        return self.till.edition

    async def give(self, **facts) -> Gift:
        """$20 by card, unless said."""
        return await actions.give(self.edition, **{"cents": 2000, "way": Method.CARD, "language": "en"} | facts)

    async def pay(self, gift: Gift, how: str = "card") -> Gift:
        self.till.double.pay((await actions.pay(gift, "/")).rsplit("/", 1)[1], how)
        await self.till.hear()
        return await self.fresh(gift)

    async def fresh(self, gift: Gift) -> Gift:
        return await Gift.get(id=gift.id).select_related("payment")


@pytest_asyncio.fixture
async def box(till, cast) -> Box:
    await cast.organization()
    await till.open()
    return Box(till)


def secret_path(gift: Gift) -> str:
    return f"/2027/gifts/{gift.code}/{queries.token_of(gift)}"


def once_of(page: str) -> str:
    return re.search(r'name="once"[^>]*value="([^"]+)"', page)[1]
