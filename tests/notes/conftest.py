"""Notes' tests are quick: PDFs come from a stand-in, except where a test asks for ``real_pdfs``."""

import sys
from pathlib import Path

import pytest
import pytest_asyncio

from conference.app import App
from conference.core.pdf import Renderer

QUICK = (sys.executable, "-S", str(Path(__file__).with_name("quick_pdf.py")))


@pytest_asyncio.fixture
async def app(app: App, request: pytest.FixtureRequest) -> App:
    if "real_pdfs" not in request.fixturenames:
        app.context.parts["pdf"] = Renderer(command=QUICK)
    return app


@pytest.fixture
def real_pdfs() -> None:
    """PDFs by WeasyPrint in its own process."""
