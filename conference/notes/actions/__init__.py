"""Every write: asking people to write sheets and handing these in, the words themselves, releases and their corrections."""

from conference.notes.actions.releasing import correct, keep_preview, keep_released_pdf, keep_report, release, withdraw
from conference.notes.actions.sheets import assign, forget_writer, open_sheet, reopen, set_language, submit, take_off
from conference.notes.actions.writing import Applied, apply

__all__ = [
    "Applied", "apply", "assign", "correct", "forget_writer", "keep_preview", "keep_released_pdf", "keep_report", "open_sheet", "release", "reopen", "set_language",
    "submit", "take_off", "withdraw",
]  # fmt: skip
