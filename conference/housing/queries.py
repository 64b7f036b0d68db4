"""Requests, offers and stays as those may see them who ask."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from tortoise.expressions import Q
from tortoise.functions import Count

from conference.core import audit, clock, codes, links, sealing
from conference.core.db.fast import fetch, fetch_with
from conference.core.errors import NotFound
from conference.core.todo import Heap, heaps
from conference.editions.models import Edition
from conference.editions.queries import today
from conference.housing.matching import Host, Party
from conference.housing.models import (
    ANSWER_LASTS,
    ASKING,
    LIVE,
    Asked,
    BedNight,
    BedOffer,
    BedRequest,
    OfferState,
    RequestState,
    Side,
    Stay,
    StayState,
)
from conference.housing.nights import is_over, parse
from conference.people.models import Person

Own = TypeVar("Own", bound=Asked)
MODELS: dict[Side, type[Asked]] = {Side.GUEST: BedRequest, Side.HOST: BedOffer}
LINKS = {BedRequest: "bed-request", BedOffer: "bed-offer"}


def closed(edition: Edition) -> bool:
    """Whether the edition's last day is behind us, so that nobody asks or offers any more."""
    return today(edition) > edition.ends


def token_of(row: Asked) -> str:
    """The secret of a row's link."""
    return links.token(LINKS[type(row)], row.id, row.version)  # type: ignore[index]


def side_of(row: Asked) -> Side:
    return Side.GUEST if isinstance(row, BedRequest) else Side.HOST


# For those they belong to


def _is_mine(row: Any, tokens: Sequence[str], person: Person | None) -> bool:
    mine = person is not None and row.person_id == person.id
    return mine or any(links.matches(token, LINKS[type(row)], row.id, row.version) for token in tokens)


async def own(model: type[Own], edition: Edition, row_id: UUID, tokens: Sequence[str], person: Person | None = None) -> Own:
    """The request or offer of this id, for a browser that holds its secret link or for its person. NotFound for everybody else."""
    found = await fetch(model, "id = ? AND edition_id = ?", [str(row_id), str(edition.id)])
    row = found[0] if found else None
    if row is None or not _is_mine(row, tokens, person):
        raise NotFound()
    return row


async def all_own(model: type[Own], tokens: Sequence[str], person_id: UUID | None, **only: Any) -> list[Own]:
    """All requests, or all offers, that this browser or person may open, newest first."""
    named = [row for row in (links.row_of(token) for token in tokens) if row]
    found = await model.filter(id__in=named, **only) if named else []
    mine = {row.id: row for row in found if _is_mine(row, tokens, None)}
    if person_id is not None:
        mine |= {row.id: row for row in await model.filter(person_id=person_id, **only)}
    return sorted(mine.values(), key=lambda row: (row.made, row.id), reverse=True)


async def by_claim(edition: Edition, typed: str) -> Asked:
    """The request or offer of a typed code. Wrong, unknown and foreign codes look alike: NotFound."""
    code = codes.clean(typed)
    for model in MODELS.values() if code else ():
        for row in await sealing.find(model, "claim", code, sealing.scope_of(model(edition_id=edition.id), "claim")):
            return row
    raise NotFound()


async def of_order(order_id: UUID) -> BedRequest | None:
    """The request that belongs to a registration and still stands."""
    return await BedRequest.filter(order_id=order_id, ended=None).order_by("-made").first()


async def own_stay(edition: Edition, stay_id: UUID, side: str, tokens: Sequence[str], person: Person | None = None) -> Stay:
    """A stay with its request and offer, for one of its two sides; a guest is shown it once the host has said yes. NotFound otherwise."""
    found = await fetch_with(Stay, "id = ? AND edition_id = ?", [str(stay_id), str(edition.id)], "request", "offer")
    stay = found[0] if found else None
    if stay is None or side not in list(Side) or not _is_mine(stay.request if side == Side.GUEST else stay.offer, tokens, person):
        raise NotFound()
    if side == Side.GUEST and stay.host_yes is None:
        raise NotFound()
    return stay


async def stays_of(row: Asked) -> list[Stay]:
    """The stays that concern a request or an offer and of which its side knows, newest first."""
    if isinstance(row, BedRequest):
        return await Stay.filter(request_id=row.id, host_yes__not_isnull=True).order_by("-made", "-id")
    return await Stay.filter(offer_id=row.id).order_by("-made", "-id")


async def may_give_street(offer: BedOffer) -> bool:
    """From the host's first yes on."""
    return await Stay.exists(offer_id=offer.id, host_yes__not_isnull=True)


async def looks(row_id: UUID) -> list[audit.AuditEntry]:
    """Each time the back office looked at something personal of this row, newest first."""
    return [entry for entry in await audit.history(row_id) if entry.what == "housing.revealed"]


async def openings(stay: Stay) -> list[tuple[datetime, Side]]:
    """Who opened the contacts of a stay and when, newest first."""
    return [(entry.at, Side(entry.facts["side"])) for entry in await audit.history(stay.id) if entry.what == "housing.card_opened"]


def may_open_card(edition: Edition, stay: Stay) -> bool:
    """Until the day of departure, for both, once both have said yes."""
    return stay.state is StayState.PLACED and not is_over(edition, stay.nights)


def answer_until(stay: Stay) -> datetime:
    return stay.asked + ANSWER_LASTS


def is_asked(stay: Stay, side: Side) -> bool:
    """Whether a stay waits for this side's answer, and it is not too late for one."""
    return ASKING.get(stay.state) is side and clock.now() < answer_until(stay)


# For letters and limits


async def same_address(row: Asked, since: datetime) -> int:
    """How many requests and offers were made with this row's address since then, itself included."""
    address = sealing.open_one(row, "email").email
    if not address:
        return 0
    found = [one for model in MODELS.values() for one in await sealing.find(model, "email", address, sealing.scope_of(model(edition_id=row.edition_id), "email"))]  # type: ignore[attr-defined]
    return len([one for one in found if one.made > since])


# For the back office


async def request_by_code(edition: Edition, code: str) -> BedRequest:
    return await _by_code(BedRequest, edition, code)


async def offer_by_code(edition: Edition, code: str) -> BedOffer:
    return await _by_code(BedOffer, edition, code)


async def _by_code(model: type[Own], edition: Edition, code: str) -> Own:
    for found in await fetch(model, "edition_id = ? AND code = ?", [str(edition.id), code]) if code.isalnum() else ():
        return found
    raise NotFound()


async def office_stay(edition: Edition, stay_id: UUID) -> Stay:
    found = await Stay.get_or_none(id=stay_id, edition_id=edition.id).select_related("request", "offer")
    if found is None:
        raise NotFound()
    return found


async def stays(edition: Edition, *, states: Sequence[StayState] = LIVE) -> list[Stay]:
    """With their request and offer, the oldest question first."""
    return await Stay.filter(edition_id=edition.id, state__in=states).order_by("asked", "id").select_related("request", "offer")


async def todo(edition: Edition) -> dict[str, int]:
    """How many parties wait for a bed, hosts to be called, and guests who need to leave."""
    return {
        "waiting": await BedRequest.filter(edition_id=edition.id, state=RequestState.OPEN).count(),
        "to_vet": await BedOffer.filter(edition_id=edition.id, state=OfferState.OFFERED).count(),
        "leaving": await Stay.filter(edition_id=edition.id, state=StayState.PLACED, leaving__not_isnull=True).count(),
    }


async def leaving(editions: Iterable[UUID]) -> list[Heap]:
    return await heaps(Stay.filter(state=StayState.PLACED, leaving__not_isnull=True), "leaving", editions)


async def to_vet(editions: Iterable[UUID]) -> list[Heap]:
    return await heaps(BedOffer.filter(state=OfferState.OFFERED), "made", editions)


async def without_a_bed(editions: Iterable[UUID]) -> list[Heap]:
    return await heaps(BedRequest.filter(state=RequestState.OPEN), "made", editions)


async def stays_of_request(request: BedRequest) -> list[Stay]:
    return await Stay.filter(request_id=request.id).order_by("-made", "-id").select_related("offer")


async def stays_of_offer(offer: BedOffer) -> list[Stay]:
    return await Stay.filter(offer_id=offer.id).order_by("-made", "-id").select_related("request")


async def requests(edition: Edition, **only: Any) -> list[BedRequest]:
    """The oldest first."""
    return await BedRequest.filter(edition_id=edition.id, **only).order_by("made", "id")


async def offers(edition: Edition, **only: Any) -> list[BedOffer]:
    """The oldest first."""
    return await BedOffer.filter(edition_id=edition.id, **only).order_by("made", "id")


async def one_page(model: type[Own], edition: Edition, *, after: str = "", most: int = 50, **only: Any) -> list[Own]:
    """The oldest first, from after the one of this reference on; one more than ``most`` if there are more."""
    chosen = model.filter(edition_id=edition.id, **only)
    mark = await model.get_or_none(edition_id=edition.id, code=after) if after else None
    if mark is not None:
        chosen = chosen.filter(Q(made__gt=mark.made) | Q(made=mark.made, id__gt=mark.id))
    return await chosen.order_by("made", "id").limit(most + 1)


async def parties_of_hosts(found: Sequence[BedOffer]) -> dict[UUID, int]:
    """How many parties each of these hosts has or is asked for, by offer id."""
    counted = await Stay.filter(offer_id__in=[row.id for row in found], state__in=LIVE).annotate(n=Count("id")).group_by("offer_id").values("offer_id", "n") if found else []
    return {row["offer_id"]: row["n"] for row in counted}


def listed(kept: str | None) -> list[str]:
    """Words that were ticked, as they were sealed; none once their key is gone."""
    return json.loads(kept) if kept else []


async def parties(found: Sequence[BedRequest]) -> list[Party]:
    plains = await sealing.open_many(found, "needs", "languages")
    return [
        Party(row.people, parse(row.nights), frozenset(listed(plain.needs)), frozenset(listed(plain.languages))) for row, plain in zip(found, plains, strict=True)
    ]


async def hosts(edition: Edition) -> list[Host]:
    """Every host who may be asked, with the beds that are free."""
    found = await offers(edition, state=OfferState.VETTED)
    free: dict[UUID, dict[date, int]] = {row.id: {} for row in found}
    for night in await BedNight.filter(offer__edition_id=edition.id, offer__state=OfferState.VETTED):
        free[night.offer_id][night.night] = night.beds - night.taken  # type: ignore[attr-defined]
    plains = await sealing.open_many(found, "conditions", "languages")
    return [
        Host(row.id, row.code, free[row.id], row.kinds, frozenset(listed(plain.conditions)), frozenset(listed(plain.languages)))
        for row, plain in zip(found, plains, strict=True)
    ]


async def nights_of_offer(offer_id: UUID) -> list[BedNight]:
    return await BedNight.filter(offer_id=offer_id).order_by("night")


@dataclass
class NightCount:
    """Beds of one night: ``offered`` by hosts who may be asked; of these ``placed``, and ``asked`` while somebody is asked; ``wanted`` by parties without a bed."""

    night: date
    offered: int = 0
    placed: int = 0
    asked: int = 0
    wanted: int = 0


def count_nights(nights: Sequence[date], hosts_: Sequence[Host], live: Sequence[Stay], waiting: Sequence[BedRequest]) -> list[NightCount]:
    """What the plot of the board shows; from rows that the board has read anyway. Hosts say what is free: the rest is added back."""
    counts = {night: NightCount(night) for night in nights}
    for host in hosts_:
        for night, free in host.free.items():
            if night in counts:
                counts[night].offered += free
    for stay in live:
        for night in (one for one in parse(stay.nights) if one in counts):
            counts[night].offered += stay.people
            if stay.state is StayState.PLACED:
                counts[night].placed += stay.people
            else:
                counts[night].asked += stay.people
    for request in waiting:
        for night in (one for one in parse(request.nights) if one in counts):
            counts[night].wanted += request.people
    return list(counts.values())


def to_be_called(live: Sequence[Stay]) -> list[Stay]:
    """Stays whose question goes to somebody without an e-mail address."""
    return [stay for stay in live if stay.state in ASKING and _asked_row(stay).email is None]


def _asked_row(stay: Stay) -> Asked:
    return stay.request if ASKING[stay.state] is Side.GUEST else stay.offer


# For whoever asks what we hold


async def of_subject(model: type[Own], person_id: UUID | None, email: str, tokens: Sequence[str]) -> list[Own]:
    """All rows of somebody in all editions: by their sign-in, by the address they proved, by links opened in their browser."""
    found = {row.id: row for row in await all_own(model, tokens, person_id)}
    if email:
        scopes = [sealing.scope_of(model(edition_id=edition_id), "email") for edition_id in await Edition.all().values_list("id", flat=True)]
        found |= {row.id: row for row in await sealing.find(model, "email", email, scopes)}
    return sorted(found.values(), key=lambda row: (row.made, row.id))


def of_row(row: Asked) -> Q:
    """The stays of a request or an offer."""
    return Q(request_id=row.id) if isinstance(row, BedRequest) else Q(offer_id=row.id)
