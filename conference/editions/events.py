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
    """A new version of an adopted text, such as the points of unity, is in force from this edition on."""

    edition_id: UUID
    kind: str
