"""What housing holds about somebody, and forgetting it."""

from datetime import timedelta

from conference.core import sealing
from conference.core.holdings import Holding, Subject
from conference.core.i18n import _, format_number
from conference.editions.models import Edition
from conference.housing import actions, queries
from conference.housing.matching import CONDITIONS, LANGUAGES_SPOKEN, NEEDS, kinds_in_words, words
from conference.housing.models import BedOffer, BedRequest
from conference.housing.nights import list_in_words, parse

KEPT = timedelta(days=14)


async def about(subject: Subject) -> list[Holding]:
    """Every request for beds and every offer of this person, in all editions, until they are deleted."""
    editions = {edition.id: edition for edition in await Edition.all()}
    asked = await queries.of_subject(BedRequest, subject.person_id, subject.email, subject.tokens)
    offered = await queries.of_subject(BedOffer, subject.person_id, subject.email, subject.tokens)
    return [_request(row, editions[row.edition_id]) for row in asked] + [await _offer(row, editions[row.edition_id]) for row in offered]  # type: ignore[attr-defined]


def _request(row: BedRequest, edition: Edition) -> Holding:
    plain = sealing.open_one(row, "needs")
    facts = [
        (_("People"), format_number(row.people)),
        (_("Nights"), list_in_words(parse(row.nights))),
        (_("Needs"), words(queries.listed(plain.needs), NEEDS)),
        *_both(row),
    ]
    return Holding(_("A request for beds"), _said(facts), edition.ends + KEPT, f"/{edition.slug}/housing/requests/{row.id}")


async def _offer(row: BedOffer, edition: Edition) -> Holding:
    plain = sealing.open_one(row, "conditions", "neighborhood", "street")
    facts = [
        (_("Beds"), kinds_in_words(row.kinds)),
        (_("Nights"), list_in_words([night.night for night in await queries.nights_of_offer(row.id)])),
        (_("What a guest should expect"), words(queries.listed(plain.conditions), CONDITIONS)),
        (_("Part of town"), plain.neighborhood),
        (_("Street"), plain.street),
        *_both(row),
    ]
    return Holding(_("An offer of beds"), _said(facts), edition.ends + KEPT, f"/{edition.slug}/housing/offers/{row.id}")


def _both(row: BedRequest | BedOffer) -> list[tuple[str, str | None]]:
    plain = sealing.open_one(row, "name", "languages", "note", "email", "phone")
    return [
        (_("Name"), plain.name), (_("Languages"), words(queries.listed(plain.languages), LANGUAGES_SPOKEN)), (_("Remark"), plain.note),
        (_("E-mail address"), plain.email), (_("Telephone"), plain.phone),
    ]  # fmt: skip


def _said(facts: list[tuple[str, str | None]]) -> list[tuple[str, str]]:
    return [(term, text) for term, text in facts if text]


async def forget(subject: Subject) -> int:
    """Delete all of it; who was to stay is free again and told. How many requests and offers went."""
    asked = await queries.of_subject(BedRequest, subject.person_id, subject.email, subject.tokens)
    offered = await queries.of_subject(BedOffer, subject.person_id, subject.email, subject.tokens)
    for row in [*asked, *offered]:
        await actions.forget(row)
    return len(asked) + len(offered)
