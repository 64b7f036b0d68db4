"""A conference with a call and points of unity to sign; PDFs come from a stand-in, except where a test asks for ``real_pdfs``."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from conference.app import App
from conference.core import links
from conference.core.pdf import Renderer
from conference.editions.actions import adopt
from conference.editions.models import AdoptedText, Edition
from conference.endorsements import actions, queries
from conference.endorsements.models import Authority, Endorsement, Kind

QUICK = (sys.executable, "-S", str(Path(__file__).parents[1] / "notes" / "quick_pdf.py"))
ROOT = "/2027/endorse"
OFFICE = "/office/2027/endorsements"


@dataclass
class Signing:
    """An edition with both texts, and short ways to sign them."""

    edition: Edition
    call: AdoptedText
    unity: AdoptedText
    by: Any

    async def draft(self, name: str = "Ana", *, text: AdoptedText | None = None, **facts: Any) -> Endorsement:
        """Somebody signed the call by the form, as a person unless said."""
        text = text or self.call
        given = {"kind": Kind.PERSON, "authority": Authority.MAIL, "quiet": False, "language": "en", "city": "Chicago", "email": f"{name.split()[0].lower()}@example.org", "read": str(text.id)}
        before = set(await Endorsement.all().values_list("id", flat=True))
        await actions.sign(self.edition, text, name=name, **given | facts)
        new = await Endorsement.exclude(id__in=list(before)).first() if before else await Endorsement.first()
        return new or await Endorsement.all().order_by("-made").first()

    async def organization(self, name: str = "Harbor Kitchen", **facts: Any) -> Endorsement:
        """An organization that signed by the form, by mail at its domain unless said."""
        own = {"kind": Kind.ORGANIZATION, "email": "office@harbor.example.org", "domain": "harbor.example.org", "signer": "Delia Roe", "role": "chair"}
        return await self.draft(name, **own | facts)

    async def confirmed(self, signed: Endorsement) -> Endorsement:
        await actions.confirm(signed, revision=signed.revision)
        return await Endorsement.get(id=signed.id)

    async def person(self, name: str = "Ana", **facts: Any) -> Endorsement:
        """A person who signed and confirmed."""
        return await self.confirmed(await self.draft(name, **facts))

    async def waiting(self, name: str = "Harbor Kitchen", **facts: Any) -> Endorsement:
        """An organization that confirmed and waits for an editor."""
        return await self.confirmed(await self.organization(name, **facts))

    async def accepted(self, name: str = "Harbor Kitchen", **facts: Any) -> Endorsement:
        signed = await self.waiting(name, **facts)
        await actions.accept(signed, revision=signed.revision, by=self.by.id)
        return await Endorsement.get(id=signed.id)

    async def new_call(self) -> AdoptedText:
        """A second version of the call."""
        return await adopt(self.edition, kind="call", title={"en": "The call", "es": "La llamada"}, points=[{"text": {"en": "Other words.", "es": "Otras palabras."}}])

    async def states(self) -> dict[str, int]:
        found = [str(state) for state in await Endorsement.all().values_list("state", flat=True)]
        return {state: found.count(state) for state in sorted(set(found))}

    async def names(self, text: AdoptedText | None = None) -> list[str]:
        """What the public list of the call shows."""
        return [row["public_name"] for row in await queries.whole_list(self.edition, (text or self.call).id)]


@pytest_asyncio.fixture
async def signing(cast) -> Signing:
    edition = await cast.edition()
    paragraphs = [{"text": {"en": "We call you to Chicago.", "es": "Le llamamos a Chicago."}}, {"text": {"en": "Come as you are.", "es": "Venga como es."}}]
    call = await adopt(edition, kind="call", title={"en": "The call", "es": "La llamada"}, intro={"en": "For all.", "es": "Para todos."}, points=paragraphs)
    points = [{"title": {"en": "Together", "es": "Juntos"}, "text": {"en": "We stand together.", "es": "Estamos juntos."}}]
    unity = await adopt(edition, title={"en": "Points", "es": "Puntos"}, points=points)
    return Signing(edition, call, unity, await cast.person("fay"))


@pytest_asyncio.fixture
async def app(app: App, request: pytest.FixtureRequest) -> App:
    if "real_pdfs" not in request.fixturenames:
        app.context.parts["pdf"] = Renderer(command=QUICK)
    return app


@pytest.fixture
def real_pdfs() -> None:
    """PDFs by WeasyPrint in its own process."""


def secret_of(signed: Endorsement) -> str:
    return f"{ROOT}/link/{links.token(queries.LINK, signed.id, signed.version)}"


def mine(signed: Endorsement) -> str:
    return f"{ROOT}/mine/{signed.id}"


def hidden_of(page: str, name: str) -> str:
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]


PERSON = {"name": "Ana María", "city": "Chicago", "region": "Illinois", "email": "ana@example.org", "phone": "", "listing": "listed"}
ORGANIZATION = {
    "name": "Harbor Kitchen", "city": "Chicago", "region": "", "signer": "Delia Roe", "role": "chair", "authority": "mail", "domain": "https://www.harbor.example.org/about",
    "email": "office@harbor.example.org", "phone": "", "listing": "listed",
}  # fmt: skip
