"""The slip that goes into the envelope with a check."""

import anyio

from conference.core import clock, pdf
from conference.core.i18n import language, speaking
from conference.core.templates import render_text
from conference.donations.models import Gift
from conference.editions.models import Edition, Organization
from conference.editions.queries import organization
from conference.editions.wording import say


async def blank_slip(edition: Edition) -> bytes:
    """For whoever gives without telling us before; the same for everybody. Raises PdfLater."""
    return await _slip(edition, None, await organization())


async def slip(edition: Edition, gift: Gift) -> bytes:
    """With the gift's code and amount. Raises PdfLater."""
    return await _slip(edition, gift, await organization())


async def _slip(edition: Edition, gift: Gift | None, found: Organization | None) -> bytes:
    html = await anyio.to_thread.run_sync(_html, edition, gift, found, language())
    return await pdf.render_now(html, epoch=int((gift.made if gift else clock.now().replace(hour=0, minute=0, second=0)).timestamp()))


def _html(edition: Edition, gift: Gift | None, found: Organization | None, code: str) -> str:
    with speaking(code):
        sponsor = found.sponsor if found else {}
        return render_text(
            "donations/pdf/slip.html", language=code, title=say(edition.title), gift=gift, currency=edition.currency, slug=edition.slug,
            network=found.name if found else edition.organized_by, short_name=found.short_name if found else "", payee=sponsor.get("name") or edition.organized_by,
            lines=sponsor.get("lines") or [edition.organized_by, edition.address], wording=say(sponsor.get("wording")), number=sponsor.get("number", ""), contact=edition.contact,
        )  # fmt: skip
