"""The PDFs, made for real: what is printed, for whom, and that nothing else is in them."""

import base64

import pikepdf
import pytest

from conference.core import jobs, sealing
from conference.notes import actions
from conference.notes.models import Audience, SheetPreview, Status
from tests.checkers import pdf as check
from tests.notes.stage import CODE, a_released_sheet, a_submitted_sheet, add, change

pytestmark = pytest.mark.usefixtures("real_pdfs")

NOTES = f"/2027/sessions/{CODE}/notes"
PLANTED = ("PLANTED-PARTICIPANTS", "PLANTED-STAFF")


def mixed() -> list:
    goal = add("March on May 1st.\n- Ask the unions")
    return [
        goal, change(goal.block, 1, "Marchar el 1 de mayo.\n- Preguntar a los sindicatos", part="es"), change(goal.block, 2, "it was a Tuesday", part="bracket"),
        add(PLANTED[0], audience=Audience.PARTICIPANTS), add(PLANTED[1], audience=Audience.STAFF), add("We meet in July.", kind="decision"),
    ]  # fmt: skip


def everything_in(data: bytes) -> bytes:
    """All streams of a PDF, inflated, and all its objects."""
    import io

    with pikepdf.open(io.BytesIO(data)) as opened:
        streams = [one.read_bytes() for one in opened.objects if isinstance(one, pikepdf.Stream)]
        return b"\n".join([data, *streams, repr(list(opened.objects)).encode()])


def sound(data: bytes, planted_as_text: bool = True) -> str:
    """What a screen reader speaks of a PDF that is sound and holds nothing planted."""
    assert data.startswith(b"%PDF") and check.qpdf_says(data) == "" and check.problems(data) == []
    words = check.spoken_text(data)
    for planted in PLANTED:
        assert planted not in words and planted not in " ".join(check.page_texts(data)) and planted.encode() not in everything_in(data)
    return words


async def test_the_writers_pdf_holds_what_will_be_public(cast):
    await a_submitted_sheet(cast, *mixed())
    await jobs.run_due()
    words = sound((await (await cast.browser("eve")).get(f"{NOTES}.pdf")).content)
    for told in ("Know your rights", "Goals identified", "March on May 1st.", "Ask the unions", "[it was a Tuesday]", "Decisions", "We meet in July.", "Prepared by Eve Aranda"):
        assert told in words, told
    assert "Released on" not in words


async def test_the_kept_preview_is_ciphertext(cast):
    await a_submitted_sheet(cast, *mixed())
    await jobs.run_due()
    for row in await SheetPreview.all():
        assert row.body.startswith("s1.") and "JVBERi" not in row.body
        assert base64.b64decode(sealing.open_one(row, "body").body).startswith(b"%PDF")


async def test_the_released_pdf_in_both_languages(cast, visitor):
    await a_released_sheet(cast, *mixed())
    await jobs.run_due()
    english = await visitor.get(f"{NOTES}.pdf")
    words = sound(english.content)
    assert english.headers["content-type"] == "application/pdf" and "etag" in english.headers
    for told in ("Draft.", "Released on May 1, 2027.", "March on May 1st.", "Questions, changes or comments: hello@example.org"):
        assert told in words, told
    words = sound((await visitor.get(f"{NOTES}.pdf?lang=es")).content)
    assert "Marchar el 1 de mayo." in words and "We meet in July." in words and "March on May 1st." not in words
    assert "Escrito en inglés; esto es una traducción." in words


async def test_the_final_pdf_has_no_draft_on_it_and_carries_corrections(cast, visitor):
    sheet = await a_released_sheet(cast, *mixed(), status=Status.FINAL)
    await actions.correct(sheet, await cast.edition(), {"en": "It was a Thursday.", "es": "Fue jueves."}, by=await cast.person("fay"))
    await jobs.run_due()
    data = (await visitor.get(f"{NOTES}.pdf")).content
    words = sound(data)
    assert "Final." in words and "Corrections May 1, 2027 It was a Thursday." in words
    assert "DRAFT" not in " ".join(check.page_texts(data))


async def test_same_words_same_bytes(cast, visitor, fixed_clock):
    from conference.notes import exports, queries

    sheet = await a_released_sheet(cast, *mixed())
    release, edition = await queries.release_in_force(sheet), await cast.edition()
    one = await exports.released_pdfs(edition, release, [])
    fixed_clock.on(hours=5)
    assert await exports.released_pdfs(edition, release, []) == one


async def test_the_report_puts_each_goal_under_its_sessions_title(cast, visitor):
    await a_released_sheet(cast, *mixed())
    await a_released_sheet(cast, add("Count the hours."), code="B2KNOW", title="Wages and hours", status=Status.FINAL, title_ours=True)
    await jobs.run_due()
    data = (await visitor.get("/2027/report.pdf")).content
    words = sound(data)
    assert [title for level, title in check.bookmarks(data) if level == 2][:3] == ["Contents", "Know your rights", "Wages and hours"]
    before, after = words.split("March on May 1st.")
    assert (before.count("Know your rights"), before.count("Wages and hours")) == (2, 1)
    assert after.index("Wages and hours") < after.index("Count the hours.")
    for told in ("Contents", "Draft.", "Prepared by Eve Aranda", "Questions, changes or comments: hello@example.org", "This title was given by us"):
        assert told in words, told
    assert check.parted_headings(data) == []
    words = sound((await visitor.get("/2027/report.pdf?lang=es")).content)
    assert "Marchar el 1 de mayo." in words and "Count the hours." in words and "March on May 1st." not in words


async def test_words_that_could_break_a_document(cast, visitor):
    odd = ["<script>alert(1)</script>", "# A heading", "| a | table |", "1. one\n2. two", "x" * 3_000, "👩🏽‍🌾 ✊", "شيكاغو", "```\ncode\n```", "[link](https://example.org/)", "&amp; <b>"]
    await a_released_sheet(cast, *[add(text) for text in odd])
    await jobs.run_due()
    answer = await visitor.get(f"{NOTES}.pdf")
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF") and check.qpdf_says(answer.content) == ""
    assert "<script>alert(1)</script>" in check.spoken_text(answer.content)
