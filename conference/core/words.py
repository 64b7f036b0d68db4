"""Keep the message catalogs in step with what pages and code say: ``python -m conference.core.words``.

Each slice has its own catalog, ``conference/locale/<language>/<slice>.po``; words of base templates and parts are core's.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from conference.core.i18n import CATALOGS, DEFAULT, LANGUAGES

WRITTEN = datetime(2027, 1, 1, tzinfo=UTC)  # always the same, so that a catalog changes with its words alone
ROOT = Path(__file__).resolve().parent.parent.parent
KEYWORDS = {"_": None, "gettext": None, "lazy": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.md", "jinja2"), ("**.txt", "jinja2"), ("**.svg", "jinja2")]
OPTIONS = {"**.*": {"encoding": "utf-8", "trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false", "newstyle_gettext": "true", "extensions": "jinja2.ext.do"}}


def slices() -> dict[str, list[Path]]:
    """``{catalog name: folders whose words it holds}``."""
    found: dict[str, list[Path]] = {"core": [ROOT / "templates" / name for name in ("base", "parts", "errors")]}
    for folder in sorted((ROOT / "conference").iterdir()):
        if (folder / "__init__.py").exists() and folder.name not in ("migrations", "locale"):
            found.setdefault(folder.name, []).append(folder)
    for folder in sorted((ROOT / "templates").iterdir()):
        if folder.name not in ("base", "parts", "errors"):
            found.setdefault(folder.name, []).append(folder)
    return found


def messages(folders: list[Path]) -> Catalog:
    """All messages said in these folders."""
    said = Catalog(fuzzy=False)
    for folder in folders:
        if not folder.exists():
            continue
        options = {pattern: OPTIONS["**.*"] for pattern, kind in METHODS if kind == "jinja2"}
        for file, _line, message, comments, context in extract_from_dir(folder, METHODS, options, KEYWORDS, ("Translators:",)):
            said.add(message, None, [((folder / file).relative_to(ROOT).as_posix(), 0)], auto_comments=comments, context=context)
    return said


def update(language: str) -> list[str]:
    """Bring every catalog of a language up to date; returns what is still without translation, as ``slice: message``."""
    missing = []
    for name, folders in slices().items():
        said, file = messages(folders), CATALOGS / language / f"{name}.po"
        known = _read(file, language)
        known.update(said, no_fuzzy_matching=True)
        known.obsolete.clear()
        known.creation_date = known.revision_date = WRITTEN
        if len(known):
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as out:
                write_po(out, known, width=140, no_location=True, omit_header=False, sort_output=True, include_lineno=False)
        elif file.exists():
            file.unlink()
        missing += [f"{name}: {message.id}" for message in known if message.id and not _is_said(message.string)]
    return missing


def _read(file: Path, language: str) -> Catalog:
    if file.exists():
        with file.open("rb") as source:
            known = read_po(source, locale=language)
    else:
        known = Catalog(locale=language)
    known.header_comment, known.fuzzy = "", False
    known.project, known.version = "conference", "1"
    return known


def _is_said(string: object) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


def main() -> int:
    missing = [line for language in LANGUAGES if language != DEFAULT for line in update(language)]
    for line in missing:
        print(line)
    print(f"{len(missing)} messages wait for a translation")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
