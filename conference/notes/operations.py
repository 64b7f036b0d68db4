"""What a writer's device sends: operations on blocks, each with an id of its own, as JSON.

    {"operations": [{"id": uuid, "what": "add", "block": uuid, "after": uuid | "first" | "last", "kind": "goal", "audience": "public", "text": "..."},
                    {"id": uuid, "what": "change", "block": uuid, "part": "text", "base": 3, "upon": uuid or null, "text": "..."},
                    {"id": uuid, "what": "set", "block": uuid, "kind": "decision", "audience": "staff"},
                    {"id": uuid, "what": "move", "block": uuid, "after": uuid | "first" | "last"},
                    {"id": uuid, "what": "delete", "block": uuid, "base": 3}, {"id": uuid, "what": "restore", "block": uuid}]}

``base`` is the version of the block that the writer saw; ``upon`` the operation whose words they wrote on, where these were
merged with others' meanwhile.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from conference.core.errors import Malformed, Refused
from conference.core.forms import clean
from conference.core.i18n import LANGUAGES, _
from conference.notes.models import Audience, Kind

LONGEST_TEXT = 10_000
MOST_AT_ONCE = 1_000
WHATS = ("add", "change", "set", "move", "delete", "restore")
PARTS = ("text", "bracket", *LANGUAGES, *(f"{code}.bracket" for code in LANGUAGES))
FIRST, LAST = "first", "last"


class TooLong(Refused):
    """One block has more words than we keep in one; ``block`` says which."""

    status = 422

    def __init__(self, block: UUID, count: int) -> None:
        self.block = block
        told = _("One block has %(count)d characters; the most is %(most)d. Nothing was saved yet: divide it into several blocks.")
        super().__init__(told % {"count": count, "most": LONGEST_TEXT})


@dataclass(frozen=True)
class Op:
    """One operation. ``kind`` and ``audience`` are None where they stay as they are."""

    id: UUID
    what: str
    block: UUID
    part: str = "text"
    text: str = ""
    base: int = 0
    upon: UUID | None = None
    after: UUID | str = LAST
    kind: Kind | None = None
    audience: Audience | None = None


def read(sent: Any) -> list[Op]:
    """The operations of a decoded JSON body. Raises Malformed for anything else, TooLong for a text that is."""
    if not isinstance(sent, dict) or not isinstance(sent.get("operations"), list) or len(sent["operations"]) > MOST_AT_ONCE:
        raise Malformed()
    return [_read_one(one) for one in sent["operations"]]


def checked(op: Op) -> Op:
    if len(op.text) > LONGEST_TEXT:
        raise TooLong(op.block, len(op.text))
    return op


def _read_one(one: Any) -> Op:
    if not isinstance(one, dict):
        raise Malformed()
    try:
        return checked(
            Op(
                id=_uuid(one["id"]),
                what=_among(WHATS, one["what"]),
                block=_uuid(one["block"]),
                part=_among(PARTS, one.get("part", "text")),
                text=_text(one.get("text", "")),
                base=_whole(one.get("base", 0)),
                upon=None if one.get("upon") is None else _uuid(one["upon"]),
                after=_after(one.get("after", LAST)),
                kind=None if one.get("kind") is None else Kind(one["kind"]),
                audience=None if one.get("audience") is None else Audience(one["audience"]),
            )
        )
    except (KeyError, TypeError, ValueError):
        raise Malformed() from None


def _after(value: Any) -> UUID | str:
    return value if value in (FIRST, LAST) else _uuid(value)


def _uuid(value: Any) -> UUID:
    if not isinstance(value, str) or len(value) != 36:
        raise ValueError("not a UUID")
    return UUID(value)


def _among(words: tuple[str, ...], value: Any) -> str:
    if value not in words:
        raise ValueError("not one of them")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return clean(value)


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**31:
        raise ValueError("not a version")
    return value
