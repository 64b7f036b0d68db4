"""What people take along: their code as a picture, the days as a calendar entry."""

import asyncio
import re
from datetime import timedelta
from functools import cache
from uuid import UUID

from markupsafe import Markup

from conference.core import ical
from conference.core.i18n import _, language
from conference.editions.models import Edition
from conference.editions.wording import say
from conference.registration.models import Order, OrderState

QUIET = 2  # modules of white around a QR picture, besides its padding
SIDE = 21  # modules of the smallest QR code; it holds up to 20 capitals, digits and dashes
SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
TICKET_LENGTH = 16


def picture(text: str) -> Markup:
    """A QR code of up to 20 capitals, digits and dashes as inline SVG; drawn black on white in every color scheme."""
    side = SIDE + 2 * QUIET
    return Markup(
        '<svg viewBox="0 0 {0} {0}" width="176" height="176" shape-rendering="crispEdges" focusable="false" aria-hidden="true">'
        '<rect width="{0}" height="{0}" fill="#fff"/><path stroke="#000" d="{1}"/></svg>'
    ).format(side, _path(_modules(text)))


async def ticket_picture(ticket: str) -> Markup:
    """The same for the word a door scans; the preparation for the first one is made off the event loop."""
    if not _shares.cache_info().currsize:
        await asyncio.to_thread(_shares)
    return picture(ticket.upper())


async def link_picture(address: str) -> Markup:
    """A QR code of an address as inline SVG, for a phone to open; drawn off the event loop."""
    return await asyncio.to_thread(_link_picture, address)


def _link_picture(address: str) -> Markup:
    import segno

    lines = ["".join("1" if dark else "0" for dark in row) for row in segno.make(address, error="m", micro=False).matrix]
    side, path = len(lines) + 2 * QUIET, "".join([f"M{QUIET} {y + QUIET}.5{_strokes(line)}" for y, line in enumerate(lines)])
    return Markup(
        '<svg viewBox="0 0 {0} {0}" width="264" height="264" shape-rendering="crispEdges" focusable="false" aria-hidden="true">'
        '<rect width="{0}" height="{0}" fill="#fff"/><path stroke="#000" d="{1}"/></svg>'
    ).format(side, path)


def _path(modules: int) -> str:
    """A stroke for every dark run of every line; ``modules`` are bits, line after line."""
    pens = _pens()
    left = [modules >> shift & (1 << PEN) - 1 for shift in range(SIDE * SIDE - PEN, -1, -PEN)]
    return "".join([f"M{QUIET} {y + QUIET}.5" + "".join([pens[bits] for bits in left[y * PENS : (y + 1) * PENS]]) for y in range(SIDE)])


@cache
def _pens() -> list[str]:
    """How a third of a line is drawn, for each of its bit patterns."""
    return [_strokes(f"{bits:0{PEN}b}") for bits in range(1 << PEN)]


def _strokes(line: str) -> str:
    """A line of ones and zeros: h draws along the dark ones, m lifts the pen over the others."""
    return "".join([f"h{len(run[0])}" if run[0][0] == "1" else f"m{len(run[0])} 0" for run in re.finditer("1+|0+", line)])


PENS = 3
PEN = SIDE // PENS


def _modules(text: str) -> int:
    """For texts of a ticket's length put together from the shares of their bits: adding is all that its error correction does."""
    if len(text) != TICKET_LENGTH:
        return _drawn(text)
    whole, shares = _shares()
    for place in range(0, TICKET_LENGTH, 2):
        number = SYMBOLS.index(text[place]) * len(SYMBOLS) + SYMBOLS.index(text[place + 1])
        for bit in range(11):
            if number >> bit & 1:
                whole ^= shares[place // 2][bit]
    return whole


@cache
def _shares() -> tuple[int, list[list[int]]]:
    """The picture of zeros alone, and what each bit of each pair of symbols changes in it. Takes a tenth of a second, once."""
    zeros = "0" * TICKET_LENGTH
    blank = _drawn(zeros)

    def share(place: int, bit: int) -> int:
        first, second = divmod(1 << bit, len(SYMBOLS))
        return blank ^ _drawn(zeros[:place] + SYMBOLS[first] + SYMBOLS[second] + zeros[place + 2 :])

    return blank, [[share(place, bit) for bit in range(11)] for place in range(0, TICKET_LENGTH, 2)]


def _drawn(text: str) -> int:
    """Drawn by the library. One mask is as good as another for so little text; trying out all eight would take most of the time."""
    import segno

    made = segno.make(text, version=1, error="m", mask=3, mode="alphanumeric", boost_error=False, micro=False)
    return int("".join("1" if dark else "0" for row in made.matrix for dark in row), 2)


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
