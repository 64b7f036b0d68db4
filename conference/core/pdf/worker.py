"""The far side: a program that turns HTML into PDFs, one after another, until its standard input ends.

It is started by path, in an environment of its own, and imports nothing of this product. Speech: see ``main``.
"""

import gc
import json
import logging
import os
import resource
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BufferedReader
from typing import Any, BinaryIO

MEMORY = 1024 * 2**20
GRACE_SECONDS = 5


def main() -> None:
    """Say ``{"ready": true}`` or ``{"missing": ...}``; then answer jobs.

    A job is ``{size, variant, epoch, seconds}`` and that many bytes of HTML; its answer ``{size, resident}`` and that
    many bytes of PDF, or ``{failed, resident}``. The JSON is one line each.
    """
    answers = _private_output()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        _load()
    except (OSError, ImportError) as error:
        _say(answers, {"missing": _first_words(error)})
        return
    _say(answers, {"ready": True})
    os.nice(10)
    while line := sys.stdin.buffer.readline():
        _answer(json.loads(line), sys.stdin.buffer, answers)
        # A document is a web of circles. Left to themselves they pile up, and memory never falls to what it was at first.
        gc.collect()


def make(html: str, variant: str, epoch: int) -> bytes:
    """The PDF of ``html``, dated ``epoch``."""
    import weasyprint

    os.environ["SOURCE_DATE_EPOCH"] = str(epoch)
    document = weasyprint.HTML(string=html, url_fetcher=_data_only()).render(pdf_variant=variant)
    moment = datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    document.metadata.created = document.metadata.modified = moment
    return document.write_pdf(finisher=_number_pages, pdf_variant=variant)


def _answer(job: dict, source: BufferedReader, answers: BinaryIO) -> None:
    html = source.read(job["size"]).decode()
    # The near side keeps the time. This alarm ends the process if the near side died in the middle of a job.
    signal.setitimer(signal.ITIMER_REAL, job["seconds"] + GRACE_SECONDS)
    try:
        made = make(html, job["variant"], job["epoch"])
    except BaseException as error:  # noqa: BLE001  a fetcher's refusal can be a BaseException
        _say(answers, {"failed": type(error).__name__, "resident": _resident()})
    else:
        _say(answers, {"size": len(made), "resident": _resident()}, made)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _private_output() -> BinaryIO:
    """Standard output for our answers alone: what a library prints goes where errors go."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "wb")


def _say(answers: BinaryIO, words: dict, body: bytes = b"") -> None:
    answers.write(json.dumps(words).encode() + b"\n" + body)
    answers.flush()


def _load() -> None:
    """Load the libraries now, and keep the collector from walking through them with every job."""
    import weasyprint

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    complete_tags()
    weasyprint.HTML(string="<html lang=en><title>-</title>-").write_pdf(pdf_variant="pdf/ua-1")
    gc.collect()
    gc.freeze()


def _first_words(error: Exception) -> str:
    return str(error).split(": ", 1)[0][:100]


def _resident() -> int:
    """Bytes of memory in use now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def _data_only() -> Any:
    from weasyprint.urls import URLFetcher

    class DataOnly(URLFetcher):
        """Fetches what the document itself holds, and nothing from disk or network."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=frozenset({"data"}), allow_redirects=False, timeout=1)

    return DataOnly()


def _number_pages(document: Any, pdf: Any) -> None:
    """Readers show the numbers that are printed: 1, 2, 3."""
    import pydyf

    pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array([0, pydyf.Dictionary({"S": "/D"})])})


def complete_tags() -> None:
    """Add to WeasyPrint's tags what PDF/UA asks for and it leaves out.

    Languages of parts, the scope of table headings, the kind of a list, one body per list item, and links described by
    their words instead of their address. This is the one seam we have into its inside; the tests fail when it moves.
    """
    from weasyprint.pdf import tags

    plain = tags._build_box_tree

    def complete(box: Any, parent: Any, pdf: Any, *rest: Any) -> Iterator[Any]:
        box = getattr(box, "_box", box)
        for element in plain(box, parent, pdf, *rest):
            if box.element is not None and box.element_tag not in ("html", "body"):
                _complete(element, box)
            if element["S"] == "/LI":
                _gather_body(element, pdf)
            yield element

    if plain.__name__ != "complete":
        tags._build_box_tree = complete


def _complete(element: Any, box: Any) -> None:
    import pydyf

    source = box.element
    if language := source.get("lang"):
        element["Lang"] = pydyf.String(language)
    if element["S"] == "/TH":
        element["A"]["Scope"] = "/Row" if source.get("scope") == "row" else "/Column"
    if element["S"] == "/L":
        element["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": _numbering(box)})
    if box.link_annotation and (words := source.get("title") or " ".join("".join(source.itertext()).split())):
        box.link_annotation["Contents"] = pydyf.String(words)


def _gather_body(item: Any, pdf: Any) -> None:
    """Put what stands in a list item beside its label, paragraphs for example, into one body."""
    import pydyf

    loose = [kid for kid in item["K"] if _role(kid, pdf) not in ("/Lbl", "/LBody")]
    if not loose:
        return
    body = pydyf.Dictionary(
        {"Type": "/StructElem", "S": "/LBody", "K": pydyf.Array(loose), "Pg": item["Pg"], "P": item.reference}
    )
    pdf.add_object(body)
    for kid in loose:
        pdf.objects[_number(kid)]["P"] = body.reference
    item["K"] = pydyf.Array([kid for kid in item["K"] if kid not in loose] + [body.reference])


def _role(kid: Any, pdf: Any) -> str:
    return pdf.objects[_number(kid)]["S"]


def _number(reference: Any) -> int:
    return int(reference.split()[0])


def _numbering(box: Any) -> str:
    if box.element_tag == "ol":
        return "/Decimal"
    return "/None" if box.style["list_style_type"] == "none" else "/Disc"


if __name__ == "__main__":
    main()
