"""Files to hand out, without what they tell of whoever made them: names, places, programs, dates, hidden parts, scripts.

What a file is, is read from its content; what it is called and what the browser says of it count for nothing.
"""

import io
from dataclasses import dataclass
from typing import Any

from conference.core.errors import Refused
from conference.core.i18n import _

MOST_PIXELS = 25_000_000  # a poster of 14 by 20 inches at 300 dots an inch
MOST_PAGES = 400
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
ENDINGS = {PDF: "pdf", PNG: "png", JPEG: "jpg"}
_BEGINNINGS = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}

# Keys that hold metadata, private data of programs, hidden files or things that run by themselves, wherever in a PDF they stand.
_TELLING = ("/Metadata", "/PieceInfo", "/LastModified", "/AA", "/OpenAction", "/AF", "/EmbeddedFiles", "/JavaScript", "/Collection", "/Thumb", "/SpiderInfo", "/Perms", "/DSS")
# Actions that do more than lead to a page, an address or a named place in the file.
_HARMLESS = ("/GoTo", "/URI", "/Named")
# Annotations that are no links or form fields: comments with their writers' names, attached files, films, sounds.
_SHOWN = ("/Link",)


class UnknownFile(Refused):
    def sentence(self) -> str:
        return _("This is not a PDF, PNG or JPEG file, or it is damaged. Save it again as one of these.")


class LockedFile(Refused):
    def sentence(self) -> str:
        return _("This PDF is protected with a password. Save it without one.")


class TooManyParts(Refused):
    def sentence(self) -> str:
        return _("This file has too many pages or picture points. Save it smaller.")


@dataclass(frozen=True)
class Stripped:
    """The file as it may be handed out; ``pages`` of a PDF."""

    body: bytes
    media_type: str
    pages: int | None = None


def strip(body: bytes, *, title: str, language: str) -> Stripped:
    """The same pages or picture without metadata; a PDF gets this title and language. Raises UnknownFile, LockedFile, TooManyParts.

    Heavy work on what a stranger's program wrote: call it in a thread. Same input, same bytes.
    """
    media_type = next((kind for start, kind in _BEGINNINGS.items() if body.startswith(start)), None)
    if media_type is None:
        raise UnknownFile(field="file")
    try:
        return _stripped_pdf(body, title, language) if media_type == PDF else _stripped_picture(body, media_type)
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 - the libraries have a hundred names for a damaged file
        raise UnknownFile(field="file") from error


# Pictures


def _stripped_picture(body: bytes, media_type: str) -> Stripped:
    """Packed anew from its points, turned as its own note says it is to be seen; the color profile stays, as it belongs to the colors."""
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(body), formats=[ENDINGS[media_type].replace("jpg", "jpeg").upper()]) as found:
        if found.width * found.height > MOST_PIXELS:
            raise TooManyParts(field="file")
        profile = found.info.get("icc_profile")
        seen = ImageOps.exif_transpose(found)
    seen.info = {name: seen.info[name] for name in ("transparency",) if name in seen.info}
    out = io.BytesIO()
    how: dict[str, Any] = {"quality": 92, "optimize": True} if media_type == JPEG else {"compress_level": 6}
    seen.save(out, ENDINGS[media_type].replace("jpg", "jpeg").upper(), icc_profile=profile, **how)
    return Stripped(out.getvalue(), media_type)


# PDF


def _stripped_pdf(body: bytes, title: str, language: str) -> Stripped:
    import pikepdf

    try:
        pdf = pikepdf.open(io.BytesIO(body))
    except pikepdf.PasswordError:
        raise LockedFile(field="file") from None
    with pdf:
        if pdf.is_encrypted:
            raise LockedFile(field="file")
        if not 0 < len(pdf.pages) <= MOST_PAGES:
            raise TooManyParts(field="file")
        tagged = _claims_access(pdf)
        _silence(pdf)
        _say_title(pdf, title, language, tagged)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True)
        return Stripped(out.getvalue(), PDF, len(pdf.pages))


def _claims_access(pdf: Any) -> bool:
    """Whether the file says that it is made for screen readers (PDF/UA): the one thing in its metadata that readers need."""
    with pdf.open_metadata(set_pikepdf_as_editor=False) as known:
        return str(known.get("pdfuaid:part", "")) == "1"


def _silence(pdf: Any) -> None:
    for page in pdf.pages:
        if "/Annots" in page:
            kept = [one for one in page.Annots if one.get("/Subtype") in _SHOWN]
            page.Annots = pdf.make_indirect(kept)
    for found in list(pdf.objects):
        _silence_within(found)
    if "/AcroForm" in pdf.Root:  # a form to fill in has no place on paper, and its fields can hold what somebody typed
        del pdf.Root["/AcroForm"]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]


def _silence_within(found: Any, deep: int = 0) -> None:
    """This object and those written inside it; what it points at comes by itself."""
    import pikepdf

    if deep > 50 or not isinstance(found, pikepdf.Object):
        return
    if isinstance(found, pikepdf.Array):
        parts = list(found)
    elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
        _silence_one(found)
        parts = [value for _key, value in found.items()]
    else:
        return
    for part in parts:
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            _silence_within(part, deep + 1)


def _silence_one(found: Any) -> None:
    import pikepdf

    for key in (*_TELLING, *(("/M", "/NM", "/T") if found.get("/Subtype") in _SHOWN else ())):
        if key in found:
            del found[key]
    for key in ("/A", "/PA", "/Next"):
        action = found.get(key)
        if isinstance(action, pikepdf.Dictionary) and "/S" in action and action.S not in _HARMLESS:
            del found[key]
    if isinstance(found, pikepdf.Stream) and found.get("/Filter") == "/DCTDecode":
        found.write(bare_jpeg(found.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)


def bare_jpeg(body: bytes) -> bytes:
    """A photograph inside a PDF, its points untouched, without the camera's notes; the colors' profile and Adobe's mark belong to the colors."""
    place, kept = 2, [body[:2]]
    while place + 4 <= len(body) and body[place] == 0xFF and body[place + 1] != 0xDA:
        length = 2 + int.from_bytes(body[place + 2 : place + 4], "big")
        segment, marker = body[place : place + length], body[place + 1]
        told = 0xE1 <= marker <= 0xEF or marker == 0xFE
        if not told or marker == 0xEE or (marker == 0xE2 and segment[4:16] == b"ICC_PROFILE\0"):
            kept.append(segment)
        place += length
    return b"".join([*kept, body[place:]])


def _say_title(pdf: Any, title: str, language: str, tagged: bool) -> None:
    """What a reader's window and a screen reader say of the file; both come from us."""
    import pikepdf

    if language in ("en", "es"):
        pdf.Root.Lang = pikepdf.String(language)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
        told["dc:title"] = title
        if tagged:
            told["pdfuaid:part"] = "1"
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
