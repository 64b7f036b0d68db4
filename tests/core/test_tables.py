"""CSV that spreadsheets open without running anything."""

import csv
import io

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
