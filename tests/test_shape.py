"""The shape of the house, held by tests: who may import whom, who may come, what every column is, where things are said."""

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Mount, Route

from conference.app import all_routes, make_context
from conference.core.db.fields import Internal
from conference.core.db.model import StockModel
from conference.core.jobs import known_jobs
from conference.core.mail import known_letters
from conference.recurring import RECURRING
from conference.settings import CORE_MODELS, SLICES, Settings

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "conference"
SETTINGS = Settings(secret_key="a secret for tests that is long enough", demo=True)

MAY = {
    "people": {"core"}, "editions": {"people"}, "payments": {"editions"}, "registration": {"payments"}, "housing": {"registration"},
    "donations": {"payments"}, "agenda": {"editions"}, "notes": {"agenda"}, "proposals": {"notes"}, "endorsements": {"proposals"},
    "news": {"editions"},
}  # fmt: skip
TOP = {"letters", "privacy", "office", "front"}  # over all slices

# What a slice shows the slices above it; the top ones also look at what a slice keeps and shows on its own.
SHOWN = {"models", "events", "access", "queries", "actions"}
SHOWN_TO_TOP = SHOWN | {"privacy", "panels"}
SHOWN_BESIDES = {"editions": {"wording"}}  # a pure skill: every slice has words in two languages, and editions says how they are chosen

# The lowest first. A file of any other name is a pure skill.
LAYERS = [
    {"models"}, {"events"}, {"access"}, {"a pure skill"}, {"forms"}, {"queries"}, {"mails", "exports", "imports"}, {"actions"}, {"jobs"}, {"privacy"},
    {"panels"}, {"pages", "machines", "frame"}, {"office"}, {"routes"},
]  # fmt: skip

# Who puts the house together may import anything below; nobody in the house imports them, but for those named.
TOGETHER = {"app": {"cli", "copying", "demo"}, "copying": {"cli"}, "cli": {"__main__"}, "demo": {"cli", "app"}, "reactions": {"app", "cli"}, "panels": {"app"}, "recurring": {"app", "cli"}}

OWN_GUARDS = {"/demo/stripe"}  # a mounted app checks for itself who may come
WITHOUT_CSRF = ["/stripe/webhook"]
MOST_LINES = 400


# Who imports whom


@cache
def _imports(file: Path) -> frozenset[str]:
    """Dotted names in our house that a file imports, wherever in it; ``from a import b`` gives ``a.b``."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports here are written out in full"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(name for name in found if name.split(".")[0] == "conference")


def _files(folder: Path = HOUSE) -> list[Path]:
    return sorted(file for file in folder.rglob("*.py"))


def _said(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def _part(file: Path) -> str:
    """The first name below ``conference``: a slice, core, or one of those who put the house together."""
    return file.relative_to(HOUSE).parts[0].removesuffix(".py")


def _built() -> set[str]:
    """Every slice there is, whether the settings know it or not."""
    others = {"core", "demo", "migrations", "locale"}
    return {folder.name for folder in HOUSE.iterdir() if (folder / "__init__.py").exists()} - others


def _reach(slice_: str) -> set[str]:
    """The slices that a slice may import from: those named, and what those may import."""
    if slice_ in TOP:
        return _built() - {slice_}
    found: set[str] = set()
    for below in MAY[slice_] - {"core"}:
        found |= {below} | _reach(below)
    return found


def _across(file: Path, name: str) -> str | None:
    """What is wrong with one import of a slice's file, if anything."""
    slice_, (_house, part, *rest) = _part(file), name.split(".")
    if part in {"core", "settings", slice_}:
        return None
    if part not in _reach(slice_):
        return f"{_said(file)} imports {name}, which does not lie below it"
    shown = SHOWN_BESIDES.get(part, set()) | (SHOWN_TO_TOP if slice_ in TOP else SHOWN)
    return None if rest and rest[0] in shown else f"{_said(file)} imports {name}, which that slice does not show to others"


def test_the_slices_are_those_of_the_design() -> None:
    assert _built() == set(SLICES)
    assert _built() <= set(MAY) | TOP


@pytest.mark.parametrize("slice_", SLICES)
def test_a_slice_imports_only_what_lies_below_it_and_is_shown(slice_: str) -> None:
    wrong = [_across(file, name) for file in _files(HOUSE / slice_) for name in sorted(_imports(file))]
    assert [one for one in wrong if one] == []


def test_core_imports_no_slice() -> None:
    outside = [f"{_said(file)}: {name}" for file in _files(HOUSE / "core") for name in _imports(file) if name.split(".")[1] != "core"]
    # for the type checker alone, of the one object that everybody is given
    assert outside == ["conference/core/running.py: conference.settings.Settings"]


def test_who_puts_the_house_together_is_imported_by_nobody_else() -> None:
    wrong = []
    for file in _files():
        for name in _imports(file):
            part = (name.split(".") + [""])[1]
            if part in TOGETHER and _part(file) not in TOGETHER[part] | {part}:
                wrong.append(f"{_said(file)}: {name}")
    assert wrong == []


def test_rows_point_only_at_what_lies_below() -> None:
    """A foreign key is an import by another name."""
    wrong = []
    for model in _models():
        slice_ = model.__module__.split(".")[1]
        for field in model._meta.fields_map.values():
            target = getattr(field, "model_name", None)
            if isinstance(target, str) and _home_of(target) not in {slice_} | (_reach(slice_) if slice_ != "core" else set()):
                wrong.append(f"{model.__name__} points at {target}")
    assert wrong == []


def _home_of(target: str) -> str:
    """The slice in which ``conference.<Model>`` is defined."""
    home = {model.__name__: model.__module__.split(".")[1] for model in _models()}
    assert target.startswith("conference."), target
    return home.get(target.removeprefix("conference."), f"nowhere ({target})")


# The order of files in a slice


def _layer(name: str) -> int:
    return next((height for height, names in enumerate(LAYERS) if name in names), 3)


def _file_in_slice(dotted: str) -> str:
    return (dotted.split(".") + ["", ""])[2]


@pytest.mark.parametrize("slice_", SLICES)
def test_in_a_slice_imports_only_go_down(slice_: str) -> None:
    wrong = []
    for file in _files(HOUSE / slice_):
        here = file.relative_to(HOUSE / slice_).parts[0].removesuffix(".py")
        for name in _imports(file):
            there = _file_in_slice(name)
            if name.startswith(f"conference.{slice_}.") and there != here and _layer(there) > _layer(here):
                wrong.append(f"{_said(file)} imports {name}")
    assert wrong == []


def test_no_two_files_import_each_other() -> None:
    """Files of one layer may know each other, one way."""
    below = {_dotted(file): {_file_of(name) for name in _imports_above_functions(file)} - {_dotted(file)} for file in _files()}
    standing = dict(below)
    while free := [name for name, others in standing.items() if not others & standing.keys()]:
        standing = {name: others for name, others in standing.items() if name not in free}
    assert standing == {}


def _dotted(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def _all_dotted() -> frozenset[str]:
    return frozenset(_dotted(file) for file in _files())


def _file_of(name: str) -> str:
    return name if name in _all_dotted() else name.rpartition(".")[0]


def _imports_above_functions(file: Path) -> Iterator[str]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("conference"):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# Core knows no conference word

CONFERENCE_WORDS = re.compile(
    "attendee|badge|breakout|session|agenda|track|speaker|facilitator|contributor|sponsor|endors|donat|donor|gift|pledge|regist|ticket|housing|host|guest|"
    "proposal|amendment|goal|chapter|unity|newsletter|digest|organizer|treasurer|registrar|editor|note|venue|edition|conference"
)
# Words that mean something else in core, or that the design gives to it, each with why.
CORE_MAY_SAY = {
    "conference": "the name of the product",
    "edition": "the scope of keys, versions and addresses",
    "donor": "a scope of keys",
    "registry": "where measured numbers are kept",
    "host": "a machine",
    "hosts": "machines",
    "hostname": "a machine",
    "digest": "a hash",
    "editor": "what changes a schema",
    "note": "what a migration writes down, or a warning",
    "notes": "what a migration writes down",
    "session": "of processes",
}


def test_core_knows_no_conference_word() -> None:
    assert sorted(_conference_words_in_core()) == []


def _conference_words_in_core() -> Iterator[str]:
    for file in _files(HOUSE / "core"):
        for name in _identifiers(file):
            words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)
            for word in words:
                if CONFERENCE_WORDS.match(word.lower()) and word.lower() not in CORE_MAY_SAY:
                    yield f"{_said(file)}: {name}"


def _identifiers(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        for attribute in ("id", "attr", "arg", "name"):
            name = getattr(node, attribute, None)
            if isinstance(name, str):
                yield name


# Who may come


@cache
def _routes() -> tuple[Any, ...]:
    return tuple(all_routes(SETTINGS))


def test_every_page_says_who_may_come() -> None:
    unguarded = [route.path for route in _routes() if isinstance(route, Route) and not callable(getattr(route, "allow", None))]
    assert unguarded == []
    assert {route.path for route in _routes() if not isinstance(route, Route)} == OWN_GUARDS
    assert all(isinstance(route, Route | Mount) for route in _routes())


def test_only_the_webhook_is_free_of_the_form_token() -> None:
    assert [route.path for route in _routes() if getattr(route, "csrf_exempt", False)] == WITHOUT_CSRF


def test_an_office_page_is_never_open_to_everybody() -> None:
    from conference.core.web import anyone, signed_in

    assert [route.path for route in _routes() if "/office" in route.path and route.allow in (anyone, signed_in)] == []


def test_no_address_hides_another() -> None:
    """A route whose every concrete address is answered by one above it is never reached with its methods."""
    above: list[Route] = []
    hidden = []
    for route in (route for route in _routes() if isinstance(route, Route)):
        example = _example(route)
        assert route.path_regex.match(example), f"{example} is no example of {route.path}"
        hidden += [f"{route.path} behind {one.path}" for one in above if one.path_regex.match(example) and one.methods & route.methods]
        above.append(route)
    assert hidden == []


def _example(route: Route) -> str:
    values = {name: _EXAMPLES.get(type(convertor).__name__, "x-1") for name, convertor in route.param_convertors.items()}
    return route.path_format.format(**values)


_EXAMPLES = {
    "IntegerConvertor": "7", "UUIDConvertor": "00000000-0000-4000-8000-000000000000", "FloatConvertor": "1.5", "PathConvertor": "a/b", "SlugConvertor": "2027",
    "CodeConvertor": "AB12CD", "TextConvertor": "call",
}  # fmt: skip


# Names that are said in one place and defined in another


def _calls(name: str, files: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """``(file, first word)`` of every call ``name("...")`` or ``x.name("...")`` with a literal."""
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            literals = [value.value for value in node.args[:2] if isinstance(value, ast.Constant) and isinstance(value.value, str)]
            if called == name and literals:
                yield file, literals[0]


@pytest.fixture(scope="module")
def known() -> Any:
    """The product put together once, so that its jobs and letters are known."""
    return make_context(SETTINGS)


@pytest.mark.usefixtures("known")
def test_every_job_asked_for_exists() -> None:
    asked = set(RECURRING) | {word for _file, word in _calls("later", _files()) if "." in word}
    assert sorted(asked - set(known_jobs())) == []


@pytest.mark.usefixtures("known")
def test_every_job_and_letter_is_asked_for() -> None:
    """A job nobody asks for is dead, and so is a letter nobody posts."""
    said = {word for file in _files() for word in _strings(file)}
    assert sorted({*known_jobs(), *known_letters()} - said) == []


@cache
def _strings(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))


TEMPLATES = sorted(file for file in (ROOT / "templates").rglob("*") if file.is_file())


def _in_templates(pattern: str) -> Iterator[tuple[str, str]]:
    for file in TEMPLATES:
        for found in re.findall(pattern, file.read_text(encoding="utf-8")):
            yield file.relative_to(ROOT / "templates").as_posix(), found


def test_every_link_leads_to_a_page_there_is() -> None:
    names = {route.name for route in _routes()}
    said = list(_in_templates(r"""\burl\(\s*["']([\w.]+)["']"""))
    said += [(_said(file), word) for call in ("see_other", "url", "path_to") for file, word in _calls(call, _files()) if "." in word]
    assert sorted(f"{file}: {name}" for file, name in said if name not in names and "." in name.strip(".")) == []


def test_every_static_file_that_is_named_exists() -> None:
    said = [*_in_templates(r"""\bstatic\(\s*["']([^"']+)["']\s*\)""")]
    assert sorted(f"{file}: {name}" for file, name in said if not (ROOT / "static" / name).is_file()) == []


def test_every_template_is_used_and_every_used_one_exists() -> None:
    # a template's name may be put together from a folder and a word (errors, letters): then its folder is said
    said = "\n".join(file.read_text(encoding="utf-8") for file in [*_files(), *TEMPLATES])
    there = {file.relative_to(ROOT / "templates").as_posix() for file in TEMPLATES}
    unused = {name for name in there if name not in said and not _put_together(name, said)}
    named = {name for name in re.findall(r"""["'](\w+/[\w/-]+\.(?:html|txt|svg|css))["']""", said) if not (ROOT / "static" / name).is_file()}
    assert (sorted(unused), sorted(named - there)) == ([], [])


def _put_together(name: str, said: str) -> bool:
    folder, _, file = name.rpartition("/")
    return re.search(rf"""["']{re.escape(folder)}/\{{""", said) is not None or (folder.endswith("/mail") and f'"{folder.split("/")[0]}.{file.split(".")[0]}"' in said)


# What every column is


@cache
def _models() -> tuple[type, ...]:
    """Every model of the product."""
    modules = [*CORE_MODELS, *(f"conference.{name}.models" for name in SLICES if (HOUSE / name / "models.py").exists())]
    found = []
    for name in modules:
        for one in vars(import_module(name)).values():
            if isinstance(one, type) and issubclass(one, StockModel) and one.__module__ == name and not one._meta.abstract:
                found.append(one)
    return tuple(found)


def _columns() -> Iterator[tuple[type, str, Any]]:
    """Columns as they are written; the ``_id`` beside a foreign key is that key, and backward relations are no columns."""
    for model in _models():
        for name, field in model._meta.fields_map.items():
            beside = isinstance(getattr(field, "reference", None), object) and name.endswith("_id") and name[:-3] in model._meta.fk_fields
            if not beside and not type(field).__name__.startswith("Backward"):
                yield model, name, field


def test_every_column_is_classed() -> None:
    assert [f"{model.__name__}.{name}" for model, name, field in _columns() if getattr(field, "classed", None) not in ("public", "internal")] == []


INTERNAL = [
    "Attendee.badge_name", "Attendee.needs", "AuditEntry.reason", "BedOffer.claim", "BedOffer.conditions", "BedOffer.email", "BedOffer.languages", "BedOffer.name",
    "BedOffer.neighborhood", "BedOffer.note", "BedOffer.phone", "BedOffer.street", "BedRequest.claim", "BedRequest.email", "BedRequest.languages",
    "BedRequest.name", "BedRequest.needs", "BedRequest.note", "BedRequest.phone", "Block.bracket", "Block.text", "Block.translations", "Check.writer",
    "ContactMessage.name", "ContactMessage.reach", "ContactMessage.words", "Contributor.name", "Endorsement.city", "Endorsement.domain", "Endorsement.email",
    "Endorsement.likeness", "Endorsement.name", "Endorsement.phone", "Endorsement.region", "Endorsement.role", "Endorsement.signer", "Factor.secret",
    "Figures.needs", "Gift.email", "Gift.name", "Mailing.words", "Operation.result", "Operation.sent", "Order.claim", "Order.email", "Order.new_email",
    "Person.email", "PrintoutPart.body", "Receipt.address", "Receipt.donor", "Receipt.note", "Refund.note", "Release.names", "Sheet.prepared_by",
    "SheetPreview.body", "SheetRelease.inner", "WaitingEntry.email",
]  # fmt: skip


def test_the_internal_columns_are_these() -> None:
    """Whoever adds or drops one says so here: it is what we keep about people."""
    assert sorted(f"{model.__name__}.{name}" for model, name, field in _columns() if isinstance(field, Internal)) == INTERNAL


def test_every_internal_column_says_why_and_how_long() -> None:
    for model, name, field in _columns():
        if isinstance(field, Internal):
            told = f"{model.__name__}.{name}"
            assert field.purpose.strip(), f"{told} has no purpose"
            assert field.days > 0 and field.after in ("end", "entry"), f"{told} has no lifetime"
            assert field.scope in ("edition", "account", "donor", "list"), f"{told} has no key"
            assert field.null and not field.index and not field.unique, f"{told}: ciphertext is neither indexed nor required"


# Pages


def test_no_page_carries_a_style_a_script_or_raw_text() -> None:
    """They would be refused by the browser (style, script) or open a hole (raw text)."""
    patterns = {
        "style=": r"\sstyle\s*=", "inline script": r"<script(?![^>]*\ssrc=)", "inline style": r"<style\b", "on…=": r"<[^>]*\son[a-z]+\s*=",
        "|safe": r"\|\s*safe\b", "javascript:": r"javascript:",
    }  # fmt: skip
    wrong = {what: sorted({file for file, _found in _in_templates(pattern) if not _is_no_page(file)}) for what, pattern in patterns.items()}
    assert wrong == {what: [] for what in patterns}


def _is_no_page(file: str) -> bool:
    """Letters and PDFs are read by other programs, with styles of their own."""
    return "/mail/" in file or "/pdf" in file or file == "base/letter.html"


def test_no_code_marks_text_as_safe_without_a_reason() -> None:
    """Markup is made by templates, by the markdown cleaner, and by a few functions that escape what they are given."""
    makers = {_said(file) for file in _files() if re.search(r"\bMarkup\(", file.read_text(encoding="utf-8"))}
    assert makers == MARKUP_MAKERS


MARKUP_MAKERS = {
    "conference/core/csrf.py", "conference/core/forms.py", "conference/core/markdown.py", "conference/core/panels.py", "conference/donations/panels.py",
    "conference/endorsements/panels.py", "conference/housing/panels.py", "conference/letters/panels.py", "conference/notes/panels.py",
    "conference/payments/panels.py", "conference/people/numbers.py", "conference/registration/keepsakes.py", "conference/registration/panels.py",
}  # fmt: skip


# Files


def test_what_is_locked_is_read_whole() -> None:
    """The library leaves FOR UPDATE out of everything but a query for whole rows, without a word."""
    unlocked = re.compile(r"select_for_update\([^)]*\)(?:\s*\.\w+\([^()]*\))*\s*\.(?:values|values_list|count|exists|update|delete)\(")
    assert unlocked.search('.select_for_update()\n.order_by("id").values_list("id")') and not unlocked.search(".select_for_update().first()")
    assert [str(file) for file in _files() if unlocked.search(file.read_text())] == []


def test_no_file_is_too_long() -> None:
    lengths = {_said(file): len(file.read_text(encoding="utf-8").splitlines()) for file in _files() if "migrations" not in file.parts}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_every_file_says_what_it_is_for() -> None:
    """A table of contents, a list of imports, and short files of jobs or forms need no word."""
    silent = [_said(file) for file in _files() if not _is_plain(file) and not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))]
    assert silent == []


def _is_plain(file: Path) -> bool:
    lines = file.read_text(encoding="utf-8").splitlines()
    return file.name == "routes.py" or file.parent.name == "migrations" or len(lines) <= (60 if file.stem in ("jobs", "forms") else 10)


def test_no_file_is_a_drawer() -> None:
    drawers = {"utils", "util", "common", "helpers", "helper", "manager", "misc", "shared", "base"}
    assert [_said(file) for file in _files() if file.stem in drawers or file.parent.name in drawers] == []


def test_nobody_else_reads_the_environment_or_the_clock() -> None:
    readers = {
        _said(file) for file in _files() if re.search(r"os\.environ|getenv|datetime\.now\(|datetime\.utcnow|date\.today\(|\btime\.time\(", file.read_text(encoding="utf-8"))
    }
    assert readers == ENVIRONMENT_AND_CLOCK


# the clock itself and the double's, which stands alone; the PDF process, which is given little; the demo, which refuses a live key
ENVIRONMENT_AND_CLOCK = {
    "conference/core/running.py", "conference/demo/stripe/double.py", "conference/core/pdf/renderer.py", "conference/core/pdf/worker.py",
    "conference/demo/start.py",
}  # fmt: skip


# Settings, and the tests themselves


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not (field.description or "").endswith(".")] == []


def test_every_setting_is_in_the_readme() -> None:
    readme = ROOT / "README.md"
    assert readme.exists(), "There is no README.md yet."
    text = readme.read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"CONFERENCE_{name.upper()}" not in text] == []


def test_warnings_are_errors(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.getini("filterwarnings") == ["error"]
    with pytest.raises(UserWarning):
        warnings.warn("a warning", stacklevel=1)
