"""Registrations as a table, portion by portion; badges and lists on paper, part by part."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import anyio
from tortoise.expressions import Q

from conference.core import pdf, sealing
from conference.core.i18n import LANGUAGES, _, format_days, format_moment, speaking
from conference.core.templates import render_text
from conference.editions.models import Edition
from conference.editions.wording import say
from conference.registration import queries
from conference.registration.arriving import ticket_to_type
from conference.registration.keepsakes import picture
from conference.registration.models import Attendee, Order, Printed, PrintoutPart

PORTION = 200
_OF_ORDER = ("id", "edition_id", "code", "state", "language", "made", "email")
_OF_ATTENDEE = ("id", "edition_id", "order_id", "badge_name", "ticket_type__slug")
ON_A_SHEET = 8
SECONDS = 60


async def orders(edition: Edition, columns: Sequence[str]) -> AsyncIterator[list[list[Any]]]:
    """The rows of these columns (names of ``forms.EXPORTABLE``), oldest first, some at a time."""
    mark: dict | None = None
    zone = ZoneInfo(edition.zone)
    while True:
        found = Order.filter(edition_id=edition.id)
        if mark is not None:
            found = found.filter(Q(made__gt=mark["made"]) | Q(made=mark["made"], id__gt=mark["id"]), made__gte=mark["made"])  # the last for the index
        portion = await found.order_by("made", "id").limit(PORTION).values(*_OF_ORDER)
        if not portion:
            return
        mark = portion[-1]
        yield _opened(await _with_attendees(portion), columns, zone)


async def _with_attendees(orders: list[dict]) -> list[dict]:
    """One row per attendee, in the order of these orders; ``order`` is its order."""
    known = {row["id"]: row for row in orders}
    found = await Attendee.filter(order_id__in=list(known)).order_by("id").values(*_OF_ATTENDEE)
    place = {id_: number for number, id_ in enumerate(known)}
    return [row | {"order": known[row["order_id"]]} for row in sorted(found, key=lambda row: place[row["order_id"]])]


def _opened(portion: list[dict], columns: Sequence[str], zone: ZoneInfo) -> list[list[Any]]:
    """Only what was asked for is opened."""
    names: list[Any] = [None] * len(portion)
    addresses: list[Any] = [None] * len(portion)
    if "badge_name" in columns:
        names = [plain.badge_name for plain in sealing.open_values(Attendee, portion, "badge_name")]
    if "email" in columns:
        addresses = _addresses(portion)
    return [[_cell(column, row, name, address, zone) for column in columns] for row, name, address in zip(portion, names, addresses, strict=True)]


def _addresses(portion: list[dict]) -> list[str | None]:
    return [plain.email for plain in sealing.open_values(Order, [row["order"] for row in portion], "email")]


def _cell(column: str, row: dict, name: str | None, address: str | None, zone: ZoneInfo) -> Any:
    order = row["order"]
    return {
        "reference": order["code"],
        "ticket": row["ticket_type__slug"],
        "state": str(order["state"]),
        "language": order["language"],
        "day": order["made"].astimezone(zone).date().isoformat(),
        "badge_name": name,
        "email": address,
    }[column]


# On paper


async def printed(part: PrintoutPart) -> bytes:
    """The PDF of a part of a printout, its printout and edition loaded; the same people and names make the same bytes."""
    attendees = await queries.attendees_of_part(part)
    titles = {ticket.id: ticket.title for ticket in await queries.known_tickets(part.edition)}
    html = await anyio.to_thread.run_sync(_page, part, attendees, titles)
    return await pdf.render(html, epoch=int(part.printout.made.timestamp()), seconds=SECONDS)


def _page(part: PrintoutPart, attendees: Sequence[Attendee], titles: dict[UUID, dict]) -> str:
    """In a thread: names are opened and codes drawn for many people at once."""
    printout, edition = part.printout, part.edition
    plain = sealing.open(attendees, "badge_name", *(["needs"] if printout.what is Printed.BADGES else []))
    with speaking(printout.language):
        context = {"language": printout.language, "paper": str(printout.paper), "title": say(edition.title), "edition": edition}
        if printout.what is Printed.BADGES:
            return render_text("registration/pdf/badges.html", **context, sheets=_sheets(edition, attendees, plain))
        people = [_listed(attendee, one, titles) for attendee, one in zip(attendees, plain, strict=True)]
        return render_text("registration/pdf/lists.html", **context, people=people, made=format_moment(printout.made, edition.zone))


def _sheets(edition: Edition, attendees: Sequence[Attendee], plain: Sequence[sealing.Plain]) -> list[list[dict[str, Any]]]:
    badges = [_badge(edition, attendee, one) for attendee, one in zip(attendees, plain, strict=True)]
    return [badges[start : start + ON_A_SHEET] for start in range(0, len(badges), ON_A_SHEET)]


def _badge(edition: Edition, attendee: Attendee, plain: sealing.Plain) -> dict[str, Any]:
    """In its bearer's language; nothing tells what anybody paid."""
    name = plain.badge_name or "–"
    with speaking(attendee.language):
        return {
            "name": name,
            "size": _size(name),
            "language": attendee.language,
            "words": [LANGUAGES.get(attendee.language, attendee.language), *([_("Interpretation")] if _asks_for_interpretation(plain.needs) else [])],
            "title": say(edition.title),
            "days": format_days(edition.begins, edition.ends),
            "qr": _as_data(picture(attendee.ticket.upper())),
            "ticket": ticket_to_type(attendee.ticket),
        }


def _listed(attendee: Attendee, plain: sealing.Plain, titles: dict[UUID, dict]) -> dict[str, str]:
    return {"name": plain.badge_name or "–", "language": attendee.language, "ticket": say(titles[attendee.ticket_type_id])}


def _asks_for_interpretation(needs: str | None) -> bool:
    """Between spoken languages; other needs are nobody's business who reads a badge."""
    return needs is not None and bool({"spanish", "english"} & set(json.loads(needs).get("interpretation", ())))


def _size(name: str) -> str:
    """How large a name can be written: by its longest word, and by all of it on three lines."""
    longest, whole = max(map(len, name.split()), default=0), len(name)
    for size, word, line in (("huge", 8, 9), ("large", 12, 24), ("medium", 16, 39)):
        if longest <= word and whole <= line:
            return size
    return "small"


def _as_data(picture: str) -> str:
    svg = str(picture).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode('ascii')}"
