"""The bank's list of what came in, as banks write such files: this only reads."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from conference.core.errors import Refused
from conference.core.forms import cents, clean
from conference.core.i18n import _

MOST_LINES = 5_000
MOST_COLUMNS = 60
LOOK_FOR_HEADS = 15
SEPARATORS = ",;\t"

DATE_WORDS = {"date", "posted", "fecha", "posting date", "transaction date", "booking date", "value date", "fecha de operación", "fecha valor", "día"}
AMOUNT_WORDS = {
    "amount", "credit", "credits", "deposit", "deposits", "credit amount", "importe", "monto", "cantidad", "abono", "abonos", "crédito", "depósito", "depósitos",
    "haber",
}  # fmt: skip
TEXT_WORDS = {"description", "memo", "details", "detail", "text", "payee", "name", "concepto", "descripción", "detalle", "detalles", "referencia", "texto"}


class NotReadable(Refused):
    def sentence(self) -> str:
        return _("This file is no table that we can read. Save the bank's list as CSV and choose it again.")


class TooManyLines(Refused):
    def sentence(self) -> str:
        return _("This file has more than %(most)d lines. Ask the bank for a shorter time, such as one month.") % {"most": MOST_LINES}


class ColumnsNotFound(Refused):
    """``heads`` are the cells of the first line, for whoever has to say which is which."""

    def __init__(self, heads: Sequence[str]) -> None:
        super().__init__(field="date_column")
        self.heads = tuple(heads)

    def sentence(self) -> str:
        return _("We did not find a column for the day and one for the amount. Say below which they are, and choose the file again.")


@dataclass(frozen=True)
class BankLine:
    day: date
    cents: int
    text: str


@dataclass(frozen=True)
class Columns:
    """Places of columns, from 0."""

    day: int
    amounts: tuple[int, ...]
    text: int | None = None


def bank_lines(body: bytes, given: Columns | None = None) -> list[BankLine]:
    """What came in (nothing that went out), in the file's order. Raises NotReadable, TooManyLines, ColumnsNotFound.

    Columns are found by the words above them, in English or Spanish, unless ``given``.
    """
    table = list(_table(_text(body)))
    if not table:
        raise NotReadable(field="file")
    begins, columns = (0, given) if given else _found(table)
    read = [_cells(row, columns) for row in table[begins:]]
    months_first = _months_first([day for day, _amount, _text_of in read])
    lines = [_line(day, amount, text, months_first) for day, amount, text in read]
    found = [line for line in lines if line is not None]
    if not found and not any(_cents(amount) for _day, amount, _text_of in read):
        raise ColumnsNotFound(table[0])
    return found


def _text(body: bytes) -> str:
    """The bytes as text: by their mark, else UTF-8, else UTF-16 where every other byte is nothing, else what old Windows wrote."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(body, "utf-16")
    if body[:200].count(0) > len(body[:200]) // 4:
        return _decoded(body, "utf-16-le" if body[1:2] == b"\0" else "utf-16-be")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded(body, "cp1252")


def _decoded(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        raise NotReadable(field="file") from None


def _table(text: str) -> Iterator[list[str]]:
    """Its rows of clean cells; empty ones are left out."""
    if not text.strip() or re.search(r"[\x00-\x08\x0e-\x1f\ufffd]", text):
        raise NotReadable(field="file")
    beginning = "\n".join(text.splitlines()[:LOOK_FOR_HEADS])
    separator = max(SEPARATORS, key=beginning.count)
    count = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            cells = [clean(cell).strip()[:500] for cell in row[:MOST_COLUMNS]]
            if not any(cells):
                continue
            count += 1
            if count > MOST_LINES + LOOK_FOR_HEADS:
                raise TooManyLines(field="file")
            yield cells
    except csv.Error:
        raise NotReadable(field="file") from None


def _found(table: Sequence[list[str]]) -> tuple[int, Columns]:
    """(the first row of values, the columns by their heads); some banks write lines of their own above the heads."""
    for number, row in enumerate(table[:LOOK_FOR_HEADS]):
        heads = [re.sub(r"[^\w ]", "", cell).strip().lower() for cell in row]
        day = next((place for place, head in enumerate(heads) if head in DATE_WORDS), None)
        amounts = tuple(place for place, head in enumerate(heads) if head in AMOUNT_WORDS)
        if day is not None and amounts:
            return number + 1, Columns(day, amounts, next((place for place, head in enumerate(heads) if head in TEXT_WORDS), None))
    raise ColumnsNotFound(table[0])


def _cells(row: list[str], columns: Columns) -> tuple[str, str, str]:
    def at(place: int | None) -> str:
        return row[place] if place is not None and 0 <= place < len(row) else ""

    return at(columns.day), next((at(place) for place in columns.amounts if at(place)), ""), at(columns.text)


def _line(day: str, amount: str, text: str, months_first: bool) -> BankLine | None:
    came, when = _cents(amount), _day(day, months_first)
    return BankLine(when, came, text) if came and when else None


def _cents(typed: str) -> int:
    """Positive cents; 0 for what went out (a minus, or parentheses) and for what is no amount."""
    plain = re.sub(r"(?i)\s*(usd|us\$)\s*", "", typed).strip().removeprefix("+")
    return 0 if plain.startswith(("-", "(", "\u2212")) or plain.endswith("-") else cents(plain) or 0


_ISO, _SLASHED = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII), re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})", re.ASCII)


def _months_first(days: Sequence[str]) -> bool:
    """Whether 7/4 is in July: unless some day of the file would have no month then."""
    return not any((found := _SLASHED.match(day)) and int(found[1]) > 12 for day in days)


def _day(typed: str, months_first: bool) -> date | None:
    try:
        if found := _ISO.match(typed):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _SLASHED.match(typed):
            month, day = (found[1], found[2]) if months_first else (found[2], found[1])
            return date(int(found[3]) + (2000 if len(found[3]) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
    return None
