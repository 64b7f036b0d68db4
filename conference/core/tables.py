"""Tables as files, CSV and XLSX, that spreadsheets open without running anything in them.

Both are made portion by portion and never stand on a disk here: libraries write XLSX through a file of plain text.
"""

import csv
import io
import re
import zipfile
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

_STARTS_A_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # or spreadsheets read UTF-8 as something else


def neutral(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers, None is empty."""
    if cell is None:
        return ""
    if isinstance(cell, (int, float)):
        return cell
    text = str(cell)
    return f"'{text}" if text.lstrip(" \u00a0\u200b\u200e\u200f").startswith(_STARTS_A_FORMULA) else text


def csv_lines(rows: Iterable[Sequence[Any]]) -> bytes:
    """Some rows as CSV (RFC 4180, UTF-8), every cell neutral."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


async def csv_stream(heads: Sequence[Any], portions: AsyncIterable[Iterable[Sequence[Any]]]) -> AsyncIterator[bytes]:
    """A whole CSV file, portion by portion: only one of them is ever in memory."""
    yield BYTE_ORDER_MARK + csv_lines([heads])
    async for portion in portions:
        yield csv_lines(portion)


async def xlsx_stream(title: str, heads: Sequence[Any], portions: AsyncIterable[Iterable[Sequence[Any]]]) -> AsyncIterator[bytes]:
    """A whole workbook with one sheet (ECMA-376), portion by portion: only one of them is ever in memory. Every text cell is a text, and neutral."""
    out = _Outgoing()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in _BOOK.items():
            book.writestr(zipfile.ZipInfo(name, _NO_DATE), text.format(title=_xml(title)[:31]))
        sheet = zipfile.ZipInfo("xl/worksheets/sheet1.xml", _NO_DATE)
        sheet.compress_type = zipfile.ZIP_DEFLATED
        with book.open(sheet, "w", force_zip64=True) as lines:
            lines.write(_SHEET_BEGINS + _xlsx_rows([heads]))
            async for portion in portions:
                lines.write(_xlsx_rows(portion))
                if out.waiting():
                    yield out.take()
            lines.write(_SHEET_ENDS)
    yield out.take()


def _xlsx_rows(rows: Iterable[Sequence[Any]]) -> bytes:
    return "".join([f"<row>{''.join([_xlsx_cell(neutral(cell)) for cell in row])}</row>" for row in rows]).encode()


def _xlsx_cell(cell: Any) -> str:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return f"<c><v>{cell}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{_xml(str(cell))}</t></is></c>'


def _xml(text: str) -> str:
    return escape(_NOT_XML.sub("", text), {'"': "&quot;"})


class _Outgoing(io.RawIOBase):
    """What a zip file writes to: it is taken away as it comes, so there is no going back in it."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def waiting(self) -> bool:
        return bool(self._parts)

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NO_DATE = (1980, 1, 1, 0, 0, 0)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BOOK = {
    "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="{{title}}" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
_SHEET_BEGINS = f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'.encode()
_SHEET_ENDS = b"</sheetData></worksheet>"
