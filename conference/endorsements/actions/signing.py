"""Putting a name to a text: a draft that its owner, or an organizer who calls, has to confirm."""

from hashlib import sha256
from typing import Any

from tortoise.exceptions import IntegrityError

from conference.core import audit, clock, mail, sealing
from conference.core.db import transaction
from conference.core.db.fast import insert
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.editions.models import AdoptedText, Edition
from conference.endorsements import queries
from conference.endorsements.likeness import is_at, likeness
from conference.endorsements.models import Authority, Endorsement, Kind, State

MOST_LETTERS_A_DAY = 10
SEALED = ("name", "city", "region", "likeness", "domain", "signer", "role", "email", "phone")


class SigningClosed(Refused):
    def sentence(self) -> str:
        return _("Signing is closed: this conference is over.")


class TextChanged(Refused):
    def sentence(self) -> str:
        return _("The text was changed while you were reading. Please read it again, then sign.")


class NoWayToConfirm(Refused):
    def sentence(self) -> str:
        return _("Please leave an e-mail address or a telephone number that goes with what you chose.")


class NotAtItsDomain(Refused):
    def sentence(self) -> str:
        return _("This address is not at the organization's own domain. Write one that is, or ask us to call back.")


async def sign(
    edition: Edition, text: AdoptedText, *, kind: Kind, authority: Authority, quiet: bool, language: str, name: str, city: str, region: str = "",
    email: str = "", phone: str = "", domain: str = "", signer: str = "", role: str = "", read: str = "", once: str = "",
) -> None:  # fmt: skip
    """Keep the words as a draft until they are confirmed; a letter goes out where it is confirmed by mail.

    read: the id of the version that was read. once: a word of the form, so that a form sent twice is one. What an address has
    signed already is not signed again: the address is told by letter, and nobody else. Raises SigningClosed, TextChanged,
    NoWayToConfirm, NotAtItsDomain.
    """
    if not queries.is_open(edition):
        raise SigningClosed()
    if read != str(text.id):
        raise TextChanged()
    _check_authority(kind, authority, email, phone, domain)
    alike = likeness(name) if kind is Kind.ORGANIZATION else ""
    plain = dict(zip(SEALED, (name, city, region, alike, domain, signer, role, email, phone), strict=True))
    facts = {"kind": kind, "authority": authority, "quiet": quiet, "language": language}
    found = await queries.signed_by(edition, email=email, phone=phone)
    known = queries.same_as(found, text.id, kind, alike)
    try:
        await (_write_anew(known, facts, plain) if known else _write(edition, text, facts, plain, once, first=not found))
    except IntegrityError:  # the same was sent twice at once
        known = queries.same_as(await queries.signed_by(edition, email=email, phone=phone), text.id, kind, alike)
        if known is None:
            raise
        await _write_anew(known, facts, plain)


def _check_authority(kind: Kind, authority: Authority, email: str, phone: str, domain: str) -> None:
    if authority is Authority.MAIL and not email:
        raise NoWayToConfirm(field="email")
    if authority is Authority.CALL and not phone:
        raise NoWayToConfirm(field="phone")
    if not (email or phone) or authority is Authority.PAPER:
        raise NoWayToConfirm(field="email")
    if kind is Kind.ORGANIZATION and authority is Authority.MAIL and not (domain and is_at(email, domain)):
        raise NotAtItsDomain(field="email")


async def _write(edition: Edition, text: AdoptedText, facts: dict[str, Any], plain: dict[str, str], once: str, *, first: bool) -> None:
    """``first``: nothing was signed with this address before, so that no letter went there."""
    new = Endorsement(edition_id=edition.id, text_id=text.id, made=clock.now(), **facts)
    sealing.seal(new, **plain)
    new.once, new.sole = _fingerprint(once, text.id, facts, plain), sole(new)
    async with transaction():
        signed = audit.entry("endorsements.signed", row=new.id, edition=edition.id, kind=str(new.kind))
        await insert(new, signed, *sealing.words_of(new, "name", plain["name"]))
        await _send(new, first=first)


def _fingerprint(once: str, *answers: Any) -> str | None:
    """The form's random word together with its answers; without the word it tells nothing about them."""
    return sha256(repr((once, answers)).encode()).hexdigest()[:40] if once else None


def sole(endorsement: Endorsement) -> str:
    """One address, or number, signs a version once: of organizations, under one name.

    Made of the blind indexes, which are short: of two addresses that share one by chance the second is refused, once in billions.
    """
    marks = (endorsement.email_blind or endorsement.phone_blind, endorsement.likeness_blind)
    return ":".join(str(part or "") for part in (endorsement.text_id, endorsement.kind, *marks))


async def _write_anew(known: Endorsement, facts: dict[str, Any], plain: dict[str, str]) -> None:
    """The newest words are what a draft's owner is asked to confirm; what is confirmed is not touched by a form."""
    async with transaction():
        mine = Endorsement.filter(id=known.id, state=State.DRAFT, revision=known.revision)
        sealing.seal(known, **plain)
        columns = {name: getattr(known, name) for name in (*SEALED, "likeness_blind", "domain_blind", "email_blind", "phone_blind")}
        if await mine.update(**columns, **facts, revision=known.revision + 1):
            await sealing.index_words(known, "name", plain["name"])
        await _send(await Endorsement.get(id=known.id))


async def _send(endorsement: Endorsement, *, first: bool = False) -> None:
    """In the caller's transaction: the letter with the link that confirms, or with that to what was confirmed before; few a day."""
    draft = endorsement.state is State.DRAFT
    if not endorsement.email or (draft and endorsement.authority is not Authority.MAIL):
        return
    if first or await queries.letters_of_a_day(endorsement) < MOST_LETTERS_A_DAY:
        letter, stamp = "endorsements.confirm" if draft else "endorsements.signed", clock.now().strftime("%Y%m%d%H%M")
        await mail.post(letter, key=f"{letter}:{endorsement.id}:{stamp}", language=endorsement.language, endorsement_id=endorsement.id)
