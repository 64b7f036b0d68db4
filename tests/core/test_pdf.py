"""The PDF process, and the PDFs of session notes it makes."""

import asyncio
import io
import os
import select
import signal
import sys
from datetime import datetime
from pathlib import Path

import pikepdf
import pytest
import pytest_asyncio
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from conference.core import i18n, pdf
from conference.core.pdf import PdfFailed, PdfTooSlow, PdfUnavailable, Renderer, worker
from conference.core.pdf.renderer import COMMAND, INSTALL
from conference.core.running import Running, enter
from tests.checkers import pdf as checker

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).resolve().parents[2]
EPOCH = 1154822400
BOMB = "<table><tr><td colspan=100000>x</table>"
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def renderer():
    made = Renderer()
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="module")
async def make_renderer():
    made = []

    def make(**options):
        made.append(Renderer(**options))
        return made[-1]

    yield make
    for one in made:
        await one.close()


def page(body: str, title: str = "A page") -> str:
    return f"<!doctype html><html lang=en><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


# The process


async def test_another_process_makes_the_same_bytes(make_renderer):
    renderer = make_renderer(jobs_per_process=1)
    html = sheet(status="draft")
    first, first_pid = await renderer.render(html, epoch=EPOCH), renderer.pid
    second, second_pid = await renderer.render(html, epoch=EPOCH), renderer.pid
    assert first == second
    assert first_pid != second_pid


async def test_the_epoch_becomes_the_dates(renderer):
    made = opened(await renderer.render(page(""), epoch=EPOCH))
    assert (str(made.docinfo.CreationDate), str(made.docinfo.ModDate)) == ("D:20060806000000Z", "D:20060806000000Z")
    with made.open_metadata() as about:
        assert datetime.fromisoformat(about["xmp:CreateDate"]).timestamp() == EPOCH


@pytest.mark.parametrize("variant", ["pdf/ua-1", "pdf/a-3a"])
async def test_both_variants_are_sound_and_accessible(renderer, variant):
    body = (
        f"<p>See <a href='https://example.org/'>our site</a>.</p><img src='{PIXEL}' alt='A red dot'>"
        "<table><thead><tr><th>Town<th scope=col>People</thead><tbody><tr><th scope=row>Elizabeth<td>12</table>"
        "<ul><li><p>One</p><p>more</p><ul><li>Two</ul></ul><ol><li>Three</ol>"
    )
    made = await renderer.render(page(body), variant=variant, epoch=EPOCH)
    assert checker.qpdf_says(made) == ""
    assert checker.problems(made, variant=variant) == []
    file = opened(made)
    assert [str(note.Contents) for note in file.pages[0].Annots] == ["our site"]
    assert [part.scope for part in checker.parts(made) if part.role == "TH"] == ["Column", "Column", "Row"]
    assert [part.words for part in checker.parts(made) if part.role == "Figure"] == ["A red dot"]


async def test_the_checker_sees_what_is_missing(renderer):
    plain = page(f"<h3>Skipped</h3><img src='{PIXEL}'>").replace(" lang=en", "")
    assert checker.problems(await renderer.render(plain, epoch=EPOCH)) == [
        "the document names no language",
        "a figure has no words",
        "a heading of level 3 follows one of level 1",
    ]


async def test_an_unknown_variant_is_refused_at_once(renderer):
    with pytest.raises(ValueError, match="variant must be one of"):
        await renderer.render(page(""), variant="pdf/x-4", epoch=EPOCH)


async def test_parts_in_another_language_say_so(renderer):
    made = await renderer.render(
        page("<p lang=es>La frontera <span lang=nah>Anáhuac</span></p><p>The border</p>"), epoch=EPOCH
    )
    assert [
        (part.role, part.language) for part in checker.parts(made) if part.language and part.role in ("P", "Span")
    ] == [
        ("P", "es"),
        ("Span", "nah"),
    ]


async def test_a_job_over_its_time_is_ended_and_the_next_is_served(make_renderer):
    renderer = make_renderer()
    before = await renderer.render(page("x"), epoch=EPOCH)
    slow = renderer.pid
    with pytest.raises(PdfTooSlow) as refusal:
        await renderer.render(page(BOMB), epoch=EPOCH, seconds=0.05)
    assert (str(refusal.value), renderer.pid) == ("The PDF was not ready after 0.05 seconds.", None)
    assert await renderer.render(page("x"), epoch=EPOCH) == before
    assert renderer.pid != slow


async def test_a_caller_who_leaves_does_not_get_the_next_one_the_wrong_pdf(make_renderer):
    renderer = make_renderer()
    wanted = await renderer.render(page("wanted"), epoch=EPOCH)
    left = asyncio.create_task(renderer.render(page("left behind"), epoch=EPOCH))
    await asyncio.sleep(0)
    left.cancel()
    next_ones = await asyncio.gather(renderer.render(page("wanted"), epoch=EPOCH), left, return_exceptions=True)
    assert next_ones[0] == wanted
    assert isinstance(next_ones[1], asyncio.CancelledError)


async def test_a_caller_who_leaves_the_queue_disturbs_nobody(renderer):
    await renderer.render(page(""), epoch=EPOCH)
    pid = renderer.pid
    one, two, three = (
        asyncio.create_task(renderer.render(page("", title), epoch=EPOCH)) for title in ("One", "Two", "Three")
    )
    await asyncio.sleep(0)
    two.cancel()
    made = [opened(await task) for task in (one, three)]
    assert [str(found.docinfo.Title) for found in made] == ["One", "Three"]
    assert (two.cancelled(), renderer.pid) == (True, pid)


async def test_a_process_killed_over_a_job_fails_that_job_alone(make_renderer):
    renderer = make_renderer()
    await renderer.render(page(""), epoch=EPOCH)
    job = asyncio.create_task(renderer.render(page(BOMB), epoch=EPOCH))
    await asyncio.sleep(0)
    os.kill(renderer.pid, signal.SIGKILL)
    with pytest.raises(PdfFailed, match="^The process that makes PDFs died over this one.$"):
        await job
    assert checker.problems(await renderer.render(page("<p>x"), epoch=EPOCH)) == []


async def test_a_document_that_cannot_be_made_is_named_by_its_kind_of_error(renderer):
    await renderer.render(page(""), epoch=EPOCH)
    pid = renderer.pid
    with pytest.raises(PdfFailed, match=r"^The PDF could not be made \(RecursionError\)\.$"):
        await renderer.render(page("<div>" * 300 + "a secret"), epoch=EPOCH)
    assert renderer.pid == pid


async def test_lone_surrogates_do_no_harm(renderer):
    made = await renderer.render(page("<p>one \ud800 two"), epoch=EPOCH)
    assert checker.spoken_text(made) == "A page one ? two"


async def test_nothing_is_read_from_disk_or_network(renderer, tmp_path):
    callers = []
    server = await asyncio.start_server(lambda reader, writer: (callers.append(1), writer.close()), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    (tmp_path / "small.css").write_text("@page { size: 100pt 100pt }")
    (tmp_path / "secret.txt").write_text("a secret")
    body = (
        f"<link rel=stylesheet href='{(tmp_path / 'small.css').as_uri()}'><link rel=attachment href='{(tmp_path / 'secret.txt').as_uri()}'>"
        f"<img alt='far' src='http://127.0.0.1:{port}/x.png'><img alt='near' src='{(tmp_path / 'secret.txt').as_uri()}'>"
    )
    made = opened(await renderer.render(page(body), epoch=EPOCH))
    server.close()
    await server.wait_closed()
    assert callers == []
    assert "/EmbeddedFiles" not in made.Root.get("/Names", {})
    assert [round(float(side)) for side in made.pages[0].MediaBox] == [0, 0, 595, 842]


async def test_the_process_knows_no_secret_and_has_a_limit_of_memory(make_renderer, monkeypatch):
    monkeypatch.setenv("CONFERENCE_SECRET_KEY", "s" * 40)
    renderer = make_renderer()
    await renderer.render(page(""), epoch=EPOCH)
    about = Path(f"/proc/{renderer.pid}")
    known = {line.split("=")[0] for line in (about / "environ").read_text().split("\0") if line}
    allowed = {"PATH", "LANG", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "FONTCONFIG_SYSROOT", "XDG_CACHE_HOME"}
    assert known - allowed == {"PYTHONHASHSEED", "MALLOC_ARENA_MAX", "MALLOC_TRIM_THRESHOLD_"}
    limits = {line[:26].strip(): line[26:].split()[0] for line in (about / "limits").read_text().splitlines()}
    assert limits["Max address space"] == str(1024 * 2**20)


async def test_one_page_takes_less_than_a_hundred_megabytes(make_renderer):
    renderer = make_renderer()
    for _ in range(5):
        await renderer.render(sheet(), epoch=EPOCH)
    status = Path(f"/proc/{renderer.pid}/status").read_text().splitlines()
    resident = next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
    assert resident < 100 * 1024


async def test_an_idle_process_is_ended(make_renderer):
    renderer = make_renderer(idle_seconds=0)
    await renderer.render(page(""), epoch=EPOCH)
    handle = os.pidfd_open(renderer.pid)
    async with asyncio.timeout(30):
        while renderer.pid:
            await asyncio.sleep(0)
    assert ended(handle)


async def test_the_process_dies_with_its_parent():
    pipe = asyncio.subprocess.PIPE
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, stdin=pipe, stdout=pipe, cwd=ROOT)
    handle = os.pidfd_open(int(await parent.stdout.readline()))
    parent.kill()
    await parent.communicate()
    assert ended(handle)


PARENT = """
import asyncio, sys
from conference.core.pdf import Renderer

async def main():
    renderer = Renderer()
    await renderer.render("<html lang=en><title>t</title>", epoch=1)
    print(renderer.pid, flush=True)
    sys.stdin.read()

asyncio.run(main())
"""


def ended(handle: int) -> bool:
    """Whether the process of this pidfd comes to its end."""
    try:
        return bool(select.select([handle], [], [], 30)[0])
    finally:
        os.close(handle)


async def test_missing_libraries_are_told_with_the_command_that_brings_them(make_renderer):
    away = f"""
import runpy, sys
class Away:
    def find_spec(self, name, *rest):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0': libpango-1.0-0. Additionally, more")
sys.meta_path.insert(0, Away())
runpy.run_path({COMMAND[-1]!r}, run_name="__main__")
"""
    with pytest.raises(PdfUnavailable) as refusal:
        await make_renderer(command=[sys.executable, "-c", away]).render(page(""), epoch=EPOCH)
    told = "PDFs need libraries this machine does not have (cannot load library 'libpango-1.0-0')."
    assert str(refusal.value) == f"{told} Type: {INSTALL}"
    assert INSTALL == "sudo apt-get install --yes libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core fonts-droid-fallback fonts-symbola"


async def test_a_process_that_does_not_start_is_told(make_renderer):
    with pytest.raises(PdfUnavailable, match="^The process that makes PDFs did not start.$"):
        await make_renderer(command=[sys.executable, "-c", ""]).render(page(""), epoch=EPOCH)


async def test_the_app_has_one_renderer_and_ends_it():
    enter(Running(settings=None))
    await pdf.close()
    made = await pdf.render(page("<p>x"), epoch=EPOCH)
    one = pdf.renderer()
    assert (checker.problems(made), pdf.renderer() is one) == ([], True)
    await pdf.close()
    assert one.pid is None


# The PDFs of session notes

SPANISH = {
    "Strategy session notes": "Notas de las sesiones de estrategia",
    "strategy session notes": "notas de las sesiones de estrategia",
    "Revision %(number)s": "Revisión %(number)s",
    "This title was given by us; the session’s own record has none.": "Este título lo pusimos nosotros; el registro de la sesión no lo trae.",
    "Goals identified": "Metas identificadas",
    "Decisions": "Decisiones",
    "Notes from the room": "Apuntes de la sala",
    "Nothing was written down for this session.": "De esta sesión no quedó nada por escrito.",
    "Corrections": "Correcciones",
    "Prepared by %(names)s": "Preparado por %(names)s",
    "Organized by %(name)s": "Organizado por %(name)s",
    "Words in [square brackets] were added by those who prepared these notes.": "Las palabras entre [corchetes] son de quienes prepararon estas notas.",
    "Questions, changes or comments: %(contact)s": "Preguntas, cambios o comentarios: %(contact)s",
    "DRAFT": "BORRADOR",
    "Draft.": "Borrador.",
    "The wording may still change. Corrections are welcome.": "El texto todavía puede cambiar. Se agradecen las correcciones.",
    "Final.": "Versión final.",
    "Reviewed and released.": "Revisada y publicada.",
    "Released on %(day)s.": "Fecha de publicación: %(day)s.",
    "Contents": "Contenido",
    "Endnotes": "Notas finales",
    "Endnote %(number)s": "Nota final %(number)s",
    "No session’s notes have been released yet.": "Todavía no se han publicado notas de ninguna sesión.",
    "Corrected since its release:": "Corregido después de publicarse:",
    "page": "página",
}


def goal(number, text, **more):
    return {"kind": "goal", "number": number, "text_html": f"<p>{text}</p>", "sub": [], "bracket": "", **more}


def decision(text):
    return {"kind": "decision", "number": None, "text_html": f"<p>{text}</p>", "sub": [], "bracket": ""}


def session(**more):
    goals = [goal(1, "Be informed", sub=["Human rights", "Wages"]), goal(2, "Reach out", bracket="To everybody.")]
    told = {"session_when": "Saturday, 2:00 PM", "room": "Ward 203", "track": "Organizing", "prepared_by": ["Ana Ruiz"]}
    return {
        "session_title": "Education",
        "title_ours": False,
        **told,
        "blocks": [*goals, decision("Meet in May.")],
        "errata": [],
        **more,
    }


def context(**more):
    edition = {"edition_title": "Strategy Conference", "edition_dates": "July 28–30, 2006", "place": "Washington DC"}
    about = {
        "organized_by": "The Network",
        "contact": "notes@example.org",
        "prepared_by": ["Ana Ruiz"],
        "language": "en",
    }
    return {**edition, **about, "revision": 3, "status": "final", "released_on": "August 6, 2006", **more}


def sheet(words=None, **more):
    return filled("sheet", words, **context(**session(**more)))


def report(sessions, words=None, **more):
    return filled("report", words, **context(network="The Network", sessions=sessions, **more))


def filled(name, words, **facts):
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(("html",), default=False),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    speak = words.__getitem__ if words else str
    environment.install_gettext_callables(speak, lambda one, many, number: one if number == 1 else many, newstyle=True)
    environment.globals["direction"] = i18n.direction
    return environment.get_template(f"notes/pdf/{name}.html").render(**facts)


async def test_a_sheet_reads_from_top_to_bottom(renderer):
    made = await renderer.render(
        sheet(title_ours=True, errata=[{"on": "August 9", "text_html": "<p>“Wages” was missing.</p>"}]), epoch=EPOCH
    )
    assert checker.problems(made) == []
    assert checker.spoken_text(made) == (
        "STRATEGY SESSION NOTES Strategy Conference July 28–30, 2006 · Washington DC Education "
        "Saturday, 2:00 PM · Ward 203 · Organizing This title was given by us; the session’s own record has none. "
        "Final. Reviewed and released. Released on August 6, 2006. "
        "Goals identified 1 Be informed – Human rights – Wages 2 Reach out [To everybody.] Decisions Meet in May. "
        "Corrections August 9 “Wages” was missing. Prepared by Ana Ruiz Organized by The Network "
        "Words in [square brackets] were added by those who prepared these notes. Questions, changes or comments: notes@example.org"
    )
    assert checker.bookmarks(made) == [(1, "Education"), (2, "Goals identified"), (2, "Decisions"), (2, "Corrections")]


async def test_goals_keep_the_numbers_they_were_given(renderer):
    html = sheet(blocks=[goal(3, "c"), goal(4, "d"), goal(9, "i"), goal(None, "j"), goal(2, "b")])
    assert "Goals identified 3 c 4 d 9 i 10 j 2 b Prepared" in checker.spoken_text(
        await renderer.render(html, epoch=EPOCH)
    )


async def test_a_draft_is_marked_behind_every_page_and_said_once(renderer):
    html = sheet(status="draft")
    spoken = checker.spoken_text(await renderer.render(html, epoch=EPOCH))
    assert (html.count("%3EDRAFT%3C"), sheet().count("%3EDRAFT%3C")) == (1, 0)
    assert (
        spoken.count("Draft. The wording may still change. Corrections are welcome."),
        spoken.upper().count("DRAFT"),
    ) == (1, 1)


async def test_a_spanish_draft_is_spanish(renderer):
    html = sheet(SPANISH, language="es", status="draft", title_ours=True, blocks=[goal(1, "Caminar", language="en")])
    made = await renderer.render(html, epoch=EPOCH)
    assert (html.count("%3EBORRADOR%3C"), html.count("DRAFT")) == (1, 0)
    assert checker.problems(made) == []
    file = opened(made)
    assert (str(file.Root.Lang), {part.language for part in checker.parts(made)}) == ("es", {"", "en"})
    assert checker.bookmarks(made) == [(1, "Education"), (2, "Metas identificadas")]


async def test_what_people_typed_stays_text_in_titles_and_names(renderer):
    title = "\"Rights\" </style><script>alert('x')</script> & <b>more</b>"
    made = await renderer.render(sheet(session_title=title), epoch=EPOCH)
    assert str(opened(made).docinfo.Title) == f"{title}: strategy session notes"
    assert checker.bookmarks(made)[0] == (1, title)


async def test_the_report_has_contents_bookmarks_and_endnotes(renderer):
    sessions = [
        session(title_ours=True),
        session(session_title="La frontera", language="es", blocks=[goal(1, "Caminar")]),
        session(session_title="Labor", errata=[{"on": "August 9", "text_html": "<p>A name was wrong.</p>"}]),
    ]
    made = await renderer.render(report(sessions), epoch=EPOCH)
    assert (checker.qpdf_says(made), checker.problems(made)) == ("", [])
    goals, decisions = (3, "Goals identified"), (3, "Decisions")
    assert checker.bookmarks(made) == [
        (1, "Strategy session notes"),
        (2, "Contents"),
        *((2, "Education"), goals, decisions),
        *((2, "La frontera"), goals),
        *((2, "Labor"), goals, decisions),
        (2, "Endnotes"),
    ]
    assert checker.spoken_text(made).partition(" Endnotes 1.")[2] == (
        " This title was given by us; the session’s own record has none. 2. Labor , page 3 . August 9. A name was wrong. "
        "Words in [square brackets] were added by those who prepared these notes. Questions, changes or comments: notes@example.org"
    )
    assert {part.language for part in checker.parts(made)} == {"", "es"}


async def test_the_spanish_report_has_a_word_for_everything(renderer):
    sessions = [
        session(title_ours=True, errata=[{"on": "9 de agosto", "text_html": "x"}]),
        session(blocks=[], prepared_by=["Lucía"]),
    ]
    made = await renderer.render(report(sessions, SPANISH, language="es", status="draft"), epoch=EPOCH)
    assert [title for level, title in checker.bookmarks(made) if level < 3] == [
        *("Notas de las sesiones de estrategia", "Contenido", "Education", "Education", "Notas finales")
    ]


async def test_an_empty_report_says_so(renderer):
    made = await renderer.render(report([]), epoch=EPOCH)
    assert checker.problems(made) == []
    assert "Contents No session’s notes have been released yet." in checker.spoken_text(made)


LONG_REPORT = [
    session(
        session_title=f"Session {n}",
        blocks=[goal(g, "We will meet and write to each other. " * (1 + (n * g) % 4)) for g in range(1, 2 + n % 9)],
    )
    for n in range(1, 31)
]


async def test_contents_name_the_pages_sessions_are_on(renderer):
    made = await renderer.render(report(LONG_REPORT), epoch=EPOCH, seconds=120)
    headings = [part.page + 1 for part in checker.parts(made) if part.role == "H2"][1:]
    texts = checker.page_texts(made)
    promised = [
        int(line.split()[-1])
        for line in "\n".join(texts).splitlines()
        if line.startswith("Session") and ". . ." in line
    ]
    assert promised == headings
    assert [text.split()[-3:] for text in texts[1:]] == [
        [str(n), "/", str(len(texts))] for n in range(2, len(texts) + 1)
    ]


async def test_a_heading_is_never_parted_from_its_goals(renderer):
    html = report(LONG_REPORT)
    careless = html.replace(
        "</style>",
        "* { break-after: auto !important; break-before: auto !important; break-inside: auto !important }</style>",
    )
    assert checker.parted_headings(await renderer.render(html, epoch=EPOCH, seconds=120)) == []
    assert checker.parted_headings(await renderer.render(careless, epoch=EPOCH, seconds=120)) != []


async def test_the_style_sheets_hold_nothing_the_program_does_not_know(caplog):
    worker.make(sheet(status="draft"), "pdf/ua-1", EPOCH)
    worker.make(report([session(title_ours=True)]), "pdf/ua-1", EPOCH)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("weasyprint")] == []


async def test_right_to_left_languages_run_right_to_left():
    assert '<html lang="ar" dir="rtl">' in sheet(language="ar")
