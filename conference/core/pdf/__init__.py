"""PDFs from HTML, made by WeasyPrint in a process of its own.

``await render(html, epoch=...)`` uses the app's one renderer; ``await close()`` ends it with the app.
"""

from conference.core.pdf.renderer import PdfError, PdfFailed, PdfTooSlow, PdfUnavailable, Renderer
from conference.core.running import running

__all__ = ["PdfError", "PdfFailed", "PdfTooSlow", "PdfUnavailable", "Renderer", "close", "render", "renderer"]


def renderer() -> Renderer:
    """The app's one renderer; its process starts with the first job."""
    return running().part("pdf", Renderer)


async def render(html: str, *, variant: str = "pdf/ua-1", epoch: int, seconds: float = 20) -> bytes:
    """The PDF of a whole HTML document: see ``Renderer.render``."""
    return await renderer().render(html, variant=variant, epoch=epoch, seconds=seconds)


async def close() -> None:
    """End the process, if one was started."""
    if made := running().parts.get("pdf"):
        await made.close()
