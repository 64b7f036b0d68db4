"""What a PDF must be: sound to qpdf, and built so that a screen reader can follow it (PDF/UA-1, ISO 14289)."""

import io
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import pikepdf

HEADINGS = ("H1", "H2", "H3", "H4", "H5", "H6")
MAY_HOLD = {
    "L": {"L", "LI", "Caption"},
    "LI": {"Lbl", "LBody"},
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TR": {"TH", "TD"},
}
SHOWS_TEXT = {"Tj", "TJ", "'", '"'}


@dataclass(frozen=True)
class Part:
    """One element of the structure tree; ``page`` counts from 0, None where the element names none."""

    role: str
    page: int | None
    language: str
    words: str
    scope: str
    numbering: str
    children: tuple[str, ...]


def qpdf_says(data: bytes) -> str:
    """The complaints of ``qpdf --check``; empty when there are none."""
    with _file(data) as name:
        done = subprocess.run(["qpdf", "--check", name], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def page_texts(data: bytes) -> list[str]:
    """What is printed on each page, watermark and page numbers too."""
    with _file(data) as name:
        text = subprocess.run(["pdftotext", "-layout", name, "-"], capture_output=True, text=True, check=True).stdout
    return text.split("\f")[:-1]


def spoken_text(data: bytes) -> str:
    """What a screen reader speaks: the text of the structure tree, words parted by single spaces."""
    with _file(data) as name:
        lines = subprocess.run(
            ["pdfinfo", "-struct-text", name], capture_output=True, text=True, check=True
        ).stdout.splitlines()
    return " ".join(" ".join(line.strip().strip('"') for line in lines if line.strip().startswith('"')).split())


def parts(data: bytes) -> list[Part]:
    """The structure tree in reading order."""
    pdf = pikepdf.open(io.BytesIO(data))
    pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
    return list(_walk(pdf.Root.StructTreeRoot.K, pages))


def bookmarks(data: bytes) -> list[tuple[int, str]]:
    """Level (from 1) and title of each bookmark, in order."""
    found: list[tuple[int, str]] = []

    def gather(items: list, level: int) -> None:
        for item in items:
            found.append((level, item.title))
            gather(item.children, level + 1)

    with pikepdf.open(io.BytesIO(data)).open_outline() as outline:
        gather(outline.root, 1)
    return found


def parted_headings(data: bytes) -> list[int]:
    """Which session headings (H2, counted from 0) stand on another page than the first point under them."""
    tree, found, number = parts(data), [], -1
    for index, part in enumerate(tree):
        if part.role != "H2":
            continue
        number += 1
        first = next((later for later in tree[index + 1 :] if later.role in ("LI", "H2")), None)
        if first and first.role == "LI" and first.page != part.page:
            found.append(number)
    return found


def problems(data: bytes, *, variant: str = "pdf/ua-1") -> list[str]:
    """Everything that keeps the PDF from being accessible, one sentence each."""
    pdf = pikepdf.open(io.BytesIO(data))
    tree = parts(data)
    return [*_of_the_document(pdf, variant), *_of_the_tree(tree), *_of_the_headings(tree), *_of_the_pages(pdf)]


def _of_the_document(pdf: pikepdf.Pdf, variant: str) -> Iterator[str]:
    root = pdf.Root
    if not str(root.get("/Lang", "")):
        yield "the document names no language"
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield "the document is not marked as tagged"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "readers are not told to show the title"
    if "/PageLabels" not in root:
        yield "pages have no labels"
    if "/Outlines" not in root:
        yield "there are no bookmarks"
    with pdf.open_metadata() as about:
        if not about.get("dc:title") or about.get("dc:title") != str(pdf.docinfo.get("/Title")):
            yield "the title is missing or differs between its two places"
        if variant == "pdf/ua-1" and about.get("pdfuaid:part") != "1":
            yield "it does not say it is PDF/UA-1"
        if variant == "pdf/a-3a" and (about.get("pdfaid:part"), about.get("pdfaid:conformance")) != ("3", "A"):
            yield "it does not say it is PDF/A-3a"
    for font in (
        item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
    ):
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys()):
            yield f"font {font.get('/FontName')} is not embedded"


def _of_the_tree(tree: list[Part]) -> Iterator[str]:
    for part in tree:
        if part.role == "Figure" and not part.words:
            yield "a figure has no words"
        if part.role == "TH" and part.scope not in ("Row", "Column"):
            yield "a table heading has no scope"
        if part.role == "L" and not part.numbering:
            yield "a list does not say how it counts"
        if not set(part.children) <= MAY_HOLD.get(part.role, set(part.children)):
            yield f"{part.role} holds {sorted(set(part.children) - MAY_HOLD[part.role])}"


def _of_the_headings(tree: list[Part]) -> Iterator[str]:
    levels = [int(part.role[1]) for part in tree if part.role in HEADINGS]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield f"headings must begin with the only H1: {levels}"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"a heading of level {after} follows one of level {before}"


def _of_the_pages(pdf: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, start=1):
        if page.get("/Tabs") != "/S":
            yield f"page {number}: the tab order is not that of the structure"
        for note in page.get("/Annots", []):
            if not str(note.get("/Contents", "")) or "/StructParent" not in note:
                yield f"page {number}: a link without words or outside the structure"
        if _loose_text(page):
            yield f"page {number}: text that is neither content nor decoration"


def _loose_text(page: pikepdf.Page) -> bool:
    """Whether some text is shown outside all marked content."""
    depth = 0
    for _, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        depth += (name in ("BMC", "BDC")) - (name == "EMC")
        if name in SHOWS_TEXT and depth == 0:
            return True
    return False


def _walk(node: pikepdf.Object, pages: dict) -> Iterator[Part]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _walk(child, pages)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield _part(node, pages)
        if "/K" in node:
            yield from _walk(node.K, pages)


def _part(node: pikepdf.Dictionary, pages: dict) -> Part:
    attributes = node.get("/A", {})
    children = node.K if isinstance(node.get("/K"), pikepdf.Array) else []
    return Part(
        role=_name(node.S),
        page=pages.get(node.Pg.objgen) if "/Pg" in node else None,
        language=str(node.get("/Lang", "")),
        words=str(node.get("/Alt", "")),
        scope=_name(attributes.get("/Scope", "")),
        numbering=_name(attributes.get("/ListNumbering", "")),
        children=tuple(_name(child.S) for child in children if isinstance(child, pikepdf.Dictionary) and "/S" in child),
    )


def _name(found: object) -> str:
    return str(found).removeprefix("/")


@contextmanager
def _file(data: bytes) -> Iterator[str]:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        yield file.name


def fonts(data: bytes) -> set[str]:
    """Names of the fonts whose letters a PDF shows, without the mark of a subset."""
    with pikepdf.open(io.BytesIO(data)) as made:
        resources = [page.get("/Resources", {}).get("/Font", {}) for page in made.pages]
        return {str(font.BaseFont).lstrip("/").partition("+")[2] for one in resources for font in one.values()}
