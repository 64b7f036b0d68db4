"""What people take along: their code as a picture, the days as a calendar entry."""

from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from markupsafe import Markup

from conference.core import ical
from conference.core.i18n import _, language
from conference.editions.models import Edition
from conference.editions.wording import say
from conference.registration.models import Order, OrderState

QUIET = 2  # modules of white around a QR picture, besides its padding


@lru_cache(maxsize=512)
def picture(text: str) -> Markup:
    """A QR code of up to 20 capitals, digits and dashes as inline SVG; drawn black on white in every color scheme.

    One mask is as good as another for so little text; trying out all eight would take most of the time.
    """
    import segno

    made = segno.make(text, version=1, error="m", mask=3, mode="alphanumeric", boost_error=False, micro=False)
    side = len(made.matrix) + 2 * QUIET
    dark = "".join(_runs(row, QUIET + y) for y, row in enumerate(made.matrix))
    return Markup(
        '<svg viewBox="0 0 {0} {0}" width="176" height="176" shape-rendering="crispEdges" focusable="false" aria-hidden="true">'
        '<rect width="{0}" height="{0}" fill="#fff"/><path fill="#000" d="{1}"/></svg>'
    ).format(side, dark)


def _runs(row: bytearray, y: int) -> str:
    """One line of the picture as rectangles, each as long as it is dark."""
    parts, start = [], None
    for x, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            parts.append(f"M{start + QUIET} {y}h{x - start}v1h-{x - start}z")
            start = None
    return "".join(parts)


def code_picture(code: str, edition: Edition) -> str:
    """The typed code in large letters with its QR code under it, as an SVG file to keep."""
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 400" width="640" height="800" role="img" aria-label="{code}">'
        '<rect width="320" height="400" fill="#fff"/><g font-family="monospace" text-anchor="middle" fill="#000">'
        '<text x="160" y="48" font-size="28" font-weight="bold">{code}</text><text x="160" y="80" font-size="14">{slug}</text></g>'
        '<g transform="translate(40 120)"><svg width="240" height="240" viewBox="0 0 176 176">{picture}</svg></g></svg>'
    ).format(code=code, slug=edition.slug, picture=picture(code))


def days_entry(edition: Edition, order: Order, uid: UUID, address: str) -> bytes:
    """The edition's days as a calendar file of one entry; nothing in it says who comes or what their code is."""
    cancelled = order.state in (OrderState.CANCELLED, OrderState.EXPIRED)
    changed = order.ended or order.confirmed or order.made
    title = say(edition.title)
    event = ical.Event(
        uid=str(uid), stamp=changed, modified=changed, created=order.made, sequence=int(cancelled), start=edition.begins, end=edition.ends + timedelta(days=1),
        summary=_("Cancelled: %(title)s") % {"title": title} if cancelled else title, location=f"{edition.venue}, {edition.address}", url=address, cancelled=cancelled,
    )  # fmt: skip
    return ical.single(ical.Calendar(name=title, prodid="-//conference//registration//EN", language=language()), event, edition.zone)
