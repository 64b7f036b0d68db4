"""To whom a letter goes: what is asked of registrations, all of it at once."""

from dataclasses import asdict, dataclass, fields
from typing import Any

CONFIRMED, CHECKS = "confirmed", "checks"
FEWEST_SHOWN = 10


@dataclass(frozen=True)
class Segment:
    """``who`` has a confirmed place, or has one and a promised check that has not come; ``ticket`` is a slug, ``language`` the one
    somebody is written in, ``interpretation`` ``yes`` or ``no``; "" asks nothing.
    """

    who: str = CONFIRMED
    ticket: str = ""
    language: str = ""
    interpretation: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Segment":
        """Of what is kept; names that are no longer known are left out, and where nothing says who is meant it is nobody."""
        known = {field.name for field in fields(cls)}
        return cls(**{"who": ""} | {name: value for name, value in kept.items() if name in known})

    def may_be_counted(self, many: int) -> bool:
        """Whether the number may be shown: a small one of people with a need would point at somebody."""
        return not self.interpretation or many >= FEWEST_SHOWN

    def names_somebody(self) -> bool:
        return self.who in (CONFIRMED, CHECKS)
