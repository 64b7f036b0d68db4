"""What editions announce."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class TextAdopted:
    """A new version of an adopted text is published: the points of unity, or an edition's call."""

    text_id: UUID
    edition_id: UUID
    kind: str
