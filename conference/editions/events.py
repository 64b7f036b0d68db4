"""What happens in editions that other slices may want to know."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PagePublished:
    """Visitors read new words; ``edition_id`` is None for a page of the organization."""

    edition_id: UUID | None
    slug: str


@dataclass(frozen=True)
class TextAdopted:
    """A new version of a text is published: of the points of unity, in force from this edition on, or of an edition's call."""

    text_id: UUID
    edition_id: UUID
    kind: str
