"""Releases ask for the booklet; PDFs come from a stand-in, except where a test asks for ``real_pdfs``."""

from tests.notes.conftest import app as app
from tests.notes.conftest import real_pdfs as real_pdfs
