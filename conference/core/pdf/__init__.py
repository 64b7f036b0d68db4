"""PDFs from HTML, made by WeasyPrint in a process of its own.

``await render(html, epoch=...)`` uses the app's one renderer; ``await close()`` ends it with the app.
"""

from conference.core.errors import Refused
from conference.core.i18n import _
from conference.core.pdf.renderer import PdfError, PdfFailed, PdfTooSlow, PdfUnavailable, Renderer
from conference.core.running import running

__all__ = ["PdfError", "PdfFailed", "PdfLater", "PdfTooSlow", "PdfUnavailable", "Renderer", "close", "render", "render_now", "renderer"]


def renderer() -> Renderer:
    """The app's one renderer; its process starts with the first job."""
    return running().part("pdf", Renderer)


async def render(html: str, *, variant: str = "pdf/ua-1", epoch: int, seconds: float = 20) -> bytes:
    """The PDF of a whole HTML document: see ``Renderer.render``."""
    return await renderer().render(html, variant=variant, epoch=epoch, seconds=seconds)


class PdfLater(Refused):
    """To a reader who waits for it: no PDF at this moment."""

    status = 503

    def sentence(self) -> str:
        return _("The PDF cannot be made at this moment. Please try again in a few minutes.")


async def render_now(html: str, *, variant: str = "pdf/ua-1", epoch: int) -> bytes:
    """The same for a small document that somebody waits for. Raises PdfLater."""
    try:
        return await render(html, variant=variant, epoch=epoch, seconds=10)
    except PdfError as error:
        raise PdfLater() from error


async def close() -> None:
    """End the process, if one was started."""
    if made := running().parts.get("pdf"):
        await made.close()
