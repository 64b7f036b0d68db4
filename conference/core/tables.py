"""Tables as files: CSV that spreadsheets open without running anything in it."""

import csv
import io
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from typing import Any

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
