"""Languages: message catalogs per slice, the language of the task at hand, and how days, times and money are written.

Message ids are English. ``conference/locale/<language>/<slice>.po`` holds the other words; ``.mo`` files are made beside them
when older than their source.
"""

import gettext
import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

DEFAULT = "en"
LANGUAGES = {"en": "English", "es": "Español"}
LOCALES = {"en": "en_US", "es": "es_US"}
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
CATALOGS = Path(__file__).resolve().parent.parent / "locale"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def language() -> str:
    """The language of the page, letter or file being made: a key of LANGUAGES."""
    return _language.get()


def speak(code: str) -> None:
    """From here on in this task, speak this language."""
    _language.set(code)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    mark = _language.set(code)
    try:
        yield
    finally:
        _language.reset(mark)


def direction(code: str) -> str:
    return "rtl" if code in RIGHT_TO_LEFT else "ltr"


def _(message: str) -> str:
    """The message in the present language."""
    return catalog(_language.get()).gettext(message) if message else ""


def ngettext(one: str, many: str, number: int) -> str:
    return catalog(_language.get()).ngettext(one, many, number)


class Lazy:
    """A message that is put into the language of the moment it is shown in."""

    __slots__ = ("message",)

    def __init__(self, message: str) -> None:
        self.message = message

    def __str__(self) -> str:
        return _(self.message)

    def __html__(self) -> str:
        from markupsafe import escape

        return escape(str(self))

    def __mod__(self, values: Any) -> str:
        return str(self) % values

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self.message)


def lazy(message: str) -> Any:
    """For labels and choices that are written once, at class level."""
    return Lazy(message)


@cache
def catalog(code: str) -> gettext.NullTranslations:
    """All slices' messages of one language; the first start after a change turns .po into .mo."""
    if code == DEFAULT:
        return gettext.NullTranslations()
    merged = gettext.GNUTranslations()
    merged._catalog = {}  # type: ignore[attr-defined]
    merged.plural = lambda number: int(number != 1)  # type: ignore[attr-defined]
    for source in sorted((CATALOGS / code).glob("*.po")):
        part = _compiled(source)
        merged._catalog.update({key: text for key, text in part._catalog.items() if key})  # type: ignore[attr-defined]
        merged.plural = part.plural  # type: ignore[attr-defined]
    return merged


def _compiled(source: Path) -> gettext.GNUTranslations:
    """From the .mo beside it, made anew where it is older; where that cannot be written, from memory."""
    made = source.with_suffix(".mo")
    if made.exists() and made.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return gettext.GNUTranslations(io.BytesIO(made.read_bytes()))
    words = _compile(source)
    with suppress(OSError):  # a hardened service may not write where the program lies
        fresh = made.with_suffix(".mo.new")
        fresh.write_bytes(words)
        fresh.replace(made)
    return gettext.GNUTranslations(io.BytesIO(words))


def _compile(source: Path) -> bytes:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    made = io.BytesIO()
    with source.open("rb") as file:
        write_mo(made, read_po(file))
    return made.getvalue()


# How things are written. Babel is loaded on first use: it is heavy.


def format_money(cents: int, currency: str = "USD") -> str:
    """5050 -> $50.50, and $50 when there are no cents."""
    return _money(cents, currency.upper(), LOCALES[language()])


@lru_cache(maxsize=1_000)
def _money(cents: int, currency: str, locale: str) -> str:
    from babel.numbers import format_currency

    whole = cents % 100 == 0
    return format_currency(cents / 100, currency, "¤#,##0" if whole else None, locale=locale, currency_digits=not whole)


def format_number(number: int) -> str:
    from babel.numbers import format_decimal

    return format_decimal(number, locale=LOCALES[language()])


def format_day(day: date, pattern: str = "full") -> str:
    """Saturday, July 24, 2027; pattern: full, long, medium, short or a CLDR pattern."""
    return _day(day, pattern, LOCALES[language()])


@lru_cache(maxsize=2_000)
def _day(day: date, pattern: str, locale: str) -> str:
    from babel.dates import format_date

    return format_date(day, pattern, locale=locale)


def format_time(moment: datetime, zone: str) -> str:
    """9:30 AM, in the zone given."""
    return _time(moment.astimezone(ZoneInfo(zone)).time().replace(second=0, microsecond=0), LOCALES[language()])


@lru_cache(maxsize=2 * 24 * 60)
def _time(at: time, locale: str) -> str:
    from babel.dates import format_time as babel_time

    return babel_time(at, "short", locale=locale).replace("\u202f", "\u00a0")


def format_moment(moment: datetime, zone: str) -> str:
    """Saturday, July 24, 2027, 9:30 AM, in the zone given."""
    return f"{format_day(moment.astimezone(ZoneInfo(zone)).date())}, {format_time(moment, zone)}"


def format_span(start: datetime, end: datetime, zone: str) -> str:
    """9:30 AM – 11:00 AM."""
    return f"{format_time(start, zone)} – {format_time(end, zone)}"


def format_days(first: date, last: date) -> str:
    """July 23 – 25, 2027."""
    return _days(first, last, LOCALES[language()])


@lru_cache(maxsize=200)
def _days(first: date, last: date, locale: str) -> str:
    from babel.dates import format_interval

    return format_interval(first, last, "yMMMMd", locale=locale).replace("\u2009", " ")
