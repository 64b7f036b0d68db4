"""What is filled in: the sheet itself as a form, handing it in, reviewing it."""

import hashlib
from dataclasses import dataclass, field
from uuid import UUID, uuid4, uuid5

from starlette.datastructures import FormData

from conference.core.errors import Malformed
from conference.core.forms import Email, Form, Line, Paragraphs, Pick, Tick
from conference.core.i18n import LANGUAGES, lazy
from conference.notes.models import Audience, Kind, Status
from conference.notes.operations import FIRST, Op

KINDS = {Kind.GOAL: lazy("Goal"), Kind.DECISION: lazy("Decision"), Kind.NOTE: lazy("Note")}
AUDIENCES = {Audience.PUBLIC: lazy("Everybody"), Audience.PARTICIPANTS: lazy("Participants of the conference"), Audience.STAFF: lazy("Organizers only")}
STATUSES = {Status.DRAFT: lazy("As a draft: the wording may still change"), Status.FINAL: lazy("As final: it was reviewed")}
NEW = "new"


class HandInForm(Form):
    prepared_by = Line(lazy("Who prepared these notes"), max=120, required=False)
    credited = Tick(lazy("Print this name in the released notes"))


class WriterForm(Form):
    email = Email(lazy("E-mail address of the note-taker"))
    language = Pick(lazy("Language of the notes"), choices=list(LANGUAGES.items()))


class LanguageForm(Form):
    language = Pick(lazy("Language the notes are written in"), choices=list(LANGUAGES.items()))


class ReleaseForm(Form):
    status = Pick(lazy("Release these notes"), choices=list(STATUSES.items()), radio=True)


class CorrectionForm(Form):
    """What was wrong and what is right, in the sheet's language and, where somebody can, in the other."""

    en = Paragraphs(lazy("Correction in English"), max=2_000, required=False)
    es = Paragraphs(lazy("Correction in Spanish"), max=2_000, required=False)

    def words(self) -> dict[str, str]:
        return {code: text for code, text in self.answers().items() if text}


@dataclass
class Typed:
    """One block as it came from the page: what the writer saw (``base``, ``was``) and what stands in its fields now."""

    id: UUID
    base: int
    kind: Kind
    audience: Audience
    was: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    move: str = ""
    delete: bool = False
    keep: bool = False


@dataclass
class SheetForm:
    """The sheet as a form without a script: every block with its base version, and one new block."""

    id: UUID = field(default_factory=uuid4)
    new: UUID = field(default_factory=uuid4)
    blocks: list[Typed] = field(default_factory=list)
    added: Typed | None = None
    refusal: str = ""

    @classmethod
    def read(cls, sent: FormData, language: str) -> "SheetForm":
        """Raises Malformed for what our page cannot have sent."""
        try:
            form = cls(id=UUID(str(sent.get("form"))), new=UUID(str(sent.get("new-id"))))
            form.blocks = [_typed(sent, str(UUID(str(id))), language) for id in sent.getlist("block")]
            form.added = _typed(sent, NEW, language, form.new)
        except (ValueError, AttributeError):
            raise Malformed() from None
        return form

    def operations(self, seen: dict[UUID, dict[str, str]], order: list[UUID]) -> list[Op]:
        """What the writer did: fields that differ from the words they saw. ``seen`` are the parts of each block at its base."""
        found = [op for typed in self.blocks if typed.id in seen for op in self._of_block(typed, seen[typed.id], order)]
        if self.added and self.added.parts["text"].strip():
            added = self.added
            found.append(Op(id=self._id(added, "add"), what="add", block=added.id, text=added.parts["text"], kind=added.kind, audience=added.audience))
        return found

    def _of_block(self, typed: Typed, seen: dict[str, str], order: list[UUID]) -> list[Op]:
        found = [
            Op(id=self._id(typed, part), what="change", block=typed.id, part=part, base=typed.base, text=text)
            for part, text in typed.parts.items()
            if text != seen.get(part, "")
        ]
        if was_of(typed.kind, typed.audience) != typed.was:
            found.append(Op(id=self._id(typed, "set"), what="set", block=typed.id, kind=typed.kind, audience=typed.audience))
        if typed.move and (after := _place(typed, order)) is not None:
            found.append(Op(id=self._id(typed, "move"), what="move", block=typed.id, after=after))
        if typed.keep:
            found.append(Op(id=self._id(typed, "restore"), what="restore", block=typed.id))
        if typed.delete:
            found.append(Op(id=self._id(typed, "delete"), what="delete", block=typed.id, base=typed.base))
        return found

    def _id(self, typed: Typed, what: str) -> UUID:
        """The same for the same words sent twice, another one for other words sent from the same page."""
        told = repr((typed.id, typed.base, what, typed.kind, typed.audience, sorted(typed.parts.items()), typed.move))
        return uuid5(self.id, hashlib.sha256(told.encode()).hexdigest())


def _typed(sent: FormData, id: str, language: str, new: UUID | None = None) -> Typed:
    base = str(sent.get(f"{id}-base", "0"))
    return Typed(
        id=new or UUID(id),
        base=int(base) if base.isascii() and base.isdigit() and len(base) < 10 else 0,
        kind=Kind(str(sent.get(f"{id}-kind", Kind.GOAL))),
        audience=Audience(str(sent.get(f"{id}-audience", Audience.PUBLIC))),
        was=str(sent.get(f"{id}-was", "")),
        parts={part: str(sent[f"{id}-{part}"]) for part in parts_beside(language) if isinstance(sent.get(f"{id}-{part}"), str)} or {"text": ""},
        move=str(sent.get(f"{id}-move", "")),
        delete=f"{id}-delete" in sent,
        keep=f"{id}-keep" in sent,
    )


def was_of(kind: Kind, audience: Audience) -> str:
    """What a page says in a hidden field of a block's kind and audience."""
    return f"{kind} {audience}"


def parts_beside(language: str) -> tuple[str, ...]:
    """The parts of a block of a sheet written in this language."""
    others = [code for code in LANGUAGES if code != language]
    return ("text", "bracket", *others, *(f"{code}.bracket" for code in others))


def _place(typed: Typed, order: list[UUID]) -> UUID | str | None:
    """After which block it goes: one up, one down, or to the top."""
    if typed.id not in order:
        return None
    at = order.index(typed.id)
    if typed.move == "top" or (typed.move == "up" and at <= 1):
        return FIRST
    if typed.move == "up":
        return order[at - 2]
    return order[at + 1] if typed.move == "down" and at + 1 < len(order) else None
