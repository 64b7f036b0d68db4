"""Tables that spreadsheets open without running anything."""

import csv
import io
import zipfile

from lxml import etree

import pytest

from conference.core import tables


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1", "\u200b=1", "\u200f=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201", "=HYPERLINK(\"http://x\")"],
)  # fmt: skip
def test_what_a_spreadsheet_would_run_is_made_text(cell):
    assert tables.neutral(cell) == f"'{cell}"


@pytest.mark.parametrize(("cell", "kept"), [("Ana", "Ana"), ("a=b", "a=b"), ("", ""), (None, ""), (-5, -5), (2.5, 2.5), ("🦋", "🦋"), ("'=1", "'=1")])
def test_everything_else_stays(cell, kept):
    assert tables.neutral(cell) == kept


def test_lines_are_read_back_as_they_were():
    cells = [["a,b", 'say "hi"', "two\nlines", "ñ", 5, None]]
    assert list(csv.reader(io.StringIO(tables.csv_lines(cells).decode()))) == [["a,b", 'say "hi"', "two\nlines", "ñ", "5", ""]]
    assert tables.csv_lines([[1], [2]]) == b"1\r\n2\r\n"


async def test_a_stream_asks_for_one_portion_at_a_time():
    asked = []

    async def portions():
        for number in range(3):
            asked.append(number)
            yield [[number, "=x"]]

    seen = []
    async for part in tables.csv_stream(["N", "=T"], portions()):
        seen.append((part, list(asked)))
    assert seen == [(b"\xef\xbb\xbfN,'=T\r\n", []), (b"0,'=x\r\n", [0]), (b"1,'=x\r\n", [0, 1]), (b"2,'=x\r\n", [0, 1, 2])]


def cells_of(workbook: bytes) -> list[list]:
    """What a spreadsheet reads in a workbook's sheet: text, or numbers."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        assert book.testzip() is None
        names = ["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"]
        assert book.namelist() == names
        parts = {name: etree.fromstring(book.read(name)) for name in names}
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    return [[_read(cell, space) for cell in row] for row in parts[names[-1]].iter(f"{space}row")]


def _read(cell, space: str):
    if cell.get("t") == "inlineStr":
        return cell.find(f"{space}is/{space}t").text or ""
    return float(cell.find(f"{space}v").text)


async def workbook(heads, *portions) -> bytes:
    async def given():
        for portion in portions:
            yield portion

    return b"".join([part async for part in tables.xlsx_stream("2027 <&>", heads, given())])


async def test_a_workbook_is_read_back_as_it_was():
    made = await workbook(["Name", "=T"], [["Ana & <b>", 5], ["two\nlines ", -2.5]], [], [["=HYPERLINK(1)", None], ["🦋 \x00\x0b\ud800", "ñ"]])
    assert cells_of(made) == [["Name", "'=T"], ["Ana & <b>", 5], ["two\nlines ", -2.5], ["'=HYPERLINK(1)", ""], ["🦋 ", "ñ"]]


async def test_a_workbook_of_nothing_has_its_heads():
    assert cells_of(await workbook(["Name"])) == [["Name"]]


async def test_a_workbook_is_the_same_whenever_it_is_made():
    assert await workbook(["Name"], [["Ana"]]) == await workbook(["Name"], [["Ana"]])


async def test_a_long_workbook_never_stands_in_memory():
    import tracemalloc

    async def portions():
        for number in range(200):
            yield [[f"{number} {place} {'x' * 50}"] for place in range(200)]

    tracemalloc.start()
    size = sum([len(part) async for part in tables.xlsx_stream("x", ["N"], portions())])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 100_000 and peak < 2_000_000
