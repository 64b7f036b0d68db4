"""Every write: editing the draft, which nobody but editors sees, and publishing it."""

from conference.agenda.actions.days import announce_days
from conference.agenda.actions.parts import (
    SlugTaken,
    change_room,
    change_track,
    create_room,
    create_track,
    remove_room,
    remove_track,
)
from conference.agenda.actions.placements import cancel, move, place, restore, unplace
from conference.agenda.actions.printing import keep_programme, on_page_published, on_text_adopted
from conference.agenda.actions.releasing import ChangedMeanwhile, NothingToRelease, release, roll_back, seen_digest
from conference.agenda.actions.removing import StillUsed
from conference.agenda.actions.sessions import (
    CodeTaken,
    NamedAlready,
    change_contribution,
    change_session,
    create_session,
    name_contributor,
    remove_contribution,
    remove_session,
)

__all__ = [
    "ChangedMeanwhile", "CodeTaken", "NamedAlready", "NothingToRelease", "SlugTaken", "StillUsed", "announce_days", "cancel",
    "change_contribution",
    "change_room", "change_session", "change_track", "create_room", "create_session", "create_track", "keep_programme", "move", "name_contributor",
    "on_page_published", "on_text_adopted", "place", "release",
    "remove_contribution", "remove_room", "remove_session", "remove_track", "restore", "roll_back", "seen_digest", "unplace",
]  # fmt: skip
