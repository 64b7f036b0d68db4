"""Public pages and writers' own."""

from conference.notes.pages.reading import inner, pdf, preview, released, report, sheet
from conference.notes.pages.writing import exchange, mine, read_blocks, reopening, restoring, submission, write

__all__ = ["exchange", "inner", "mine", "pdf", "preview", "read_blocks", "released", "reopening", "report", "restoring", "sheet", "submission", "write"]
