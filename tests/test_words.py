"""The words of pages and letters: every message has its Spanish, none frightens or misleads, none is said by nobody."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from conference.core.i18n import CATALOGS, DEFAULT, LANGUAGES
from conference.core.words import messages, slices

OTHERS = [code for code in LANGUAGES if code != DEFAULT]
NAMES = sorted(slices())

# As whole words, in any case. What people write (notes, pages, news) and addresses are exempt: they are in no catalog.
NEVER = {
    "en": "capture captures captured capturing void voids voided pool pools seal seals sealed purge purges purged steward stewards papers alien aliens held",
    "es": "orden órdenes ordenes reclamo reclamos estatus detención detenciones retención retenciones fiscal fiscales endosar endosa endosan endoso endosos",
}  # fmt: skip

# The same English has two meanings here, so Spanish needs two words for it: {msgid: translations}.
TWO_MEANINGS: dict[str, set[str]] = {}

PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]?\d*(?:\.\d+)?([sdfr])|%(?!%|\()([sdfr])|\{(\w*)\}")


@cache
def _said(name: str) -> Catalog:
    """What the code and the templates of one catalog say."""
    return messages(slices()[name])


@cache
def _known(name: str, language: str) -> Catalog:
    file = CATALOGS / language / f"{name}.po"
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as source:
        return read_po(source, locale=language)


def _ids(catalog: Catalog) -> set[str | tuple[str, ...]]:
    return {_key(message) for message in catalog if message.id}


def _key(message: Message) -> str | tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, list | tuple) else message.id


def _parts(words: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", NAMES)
def test_every_message_is_translated(name: str, language: str) -> None:
    known = _known(name, language)
    missing = [said.id for said in _said(name) if said.id and not _is_translated(known.get(_parts(said.id)[0]))]
    assert missing == []


def _is_translated(message: Message | None) -> bool:
    return message is not None and not message.fuzzy and all(part.strip() for part in _parts(message.string))


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", NAMES)
def test_no_translation_is_left_of_words_nobody_says(name: str, language: str) -> None:
    assert _ids(_known(name, language)) - _ids(_said(name)) == set()


@pytest.mark.parametrize("language", OTHERS)
def test_no_catalog_is_left_of_a_slice_that_is_gone(language: str) -> None:
    assert {file.stem for file in (CATALOGS / language).glob("*.po")} - set(NAMES) == set()


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", NAMES)
def test_a_translation_has_the_same_places_for_values(name: str, language: str) -> None:
    wrong = []
    for message in _known(name, language):
        if message.id and _is_translated(message):
            most = set().union(*(_places(part) for part in _parts(message.id)))
            last = _places(_parts(message.id)[-1])
            # of several forms the one for a single thing may leave the number out
            fine = [_places(part) <= most for part in _parts(message.string)[:-1]] + [_places(_parts(message.string)[-1]) == last]
            wrong += [] if all(fine) else [(message.id, message.string)]
    assert wrong == []


def _places(text: str) -> set[str]:
    return {found[0] for found in PLACEHOLDER.finditer(text)}


@pytest.mark.parametrize("language", OTHERS)
def test_the_same_words_are_translated_alike_everywhere(language: str) -> None:
    found: dict[object, dict[object, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in NAMES:
        for message in _known(name, language):
            if message.id and _is_translated(message):
                found[_key(message)][_parts(message.string)].append(name)
    differing = {key: dict(ways) for key, ways in found.items() if len(ways) > 1 and {way[0] for way in ways} != TWO_MEANINGS.get(key, set())}
    assert not differing, "\n".join(f"{key!r}: {ways}" for key, ways in differing.items())


@pytest.mark.parametrize("name", NAMES)
def test_english_never_says_what_frightens_or_misleads(name: str) -> None:
    assert list(_refused("en", (part for message in _said(name) if message.id for part in _parts(message.id)))) == []


@pytest.mark.parametrize("name", NAMES)
def test_spanish_never_says_what_frightens_or_misleads(name: str) -> None:
    assert list(_refused("es", (part for message in _known(name, "es") if message.id for part in _parts(message.string)))) == []


def _refused(language: str, texts: Iterator[str]) -> Iterator[tuple[str, str]]:
    """``(word, text)`` for each forbidden word; names of places for values and addresses are no words."""
    forbidden = set(NEVER[language].split())
    for text in texts:
        plain = PLACEHOLDER.sub(" ", re.sub(r"\S*/\S*", " ", text))
        yield from ((word, text) for word in re.findall(r"[^\W\d_]+", plain.lower()) if word in forbidden)


def test_a_forbidden_word_would_be_found() -> None:
    texts = ["Your seat is Held.", "The %(pool)s is open", "See /held", "A pool-party", "withheld"]
    assert list(_refused("en", iter(texts))) == [("held", "Your seat is Held."), ("pool", "A pool-party")]
    assert list(_refused("es", iter(["Su orden", "Ordenador", "La DETENCIÓN"]))) == [("orden", "Su orden"), ("detención", "La DETENCIÓN")]


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", NAMES)
def test_markup_in_messages_stays_whole(name: str, language: str) -> None:
    """A translation opens and closes the same tags as the message."""
    tags = re.compile(r"</?[a-z]+[^>]*>")
    wrong = [message.id for message in _known(name, language) if message.id and _is_translated(message) and _tags(tags, message.string) != _tags(tags, message.id)]
    assert wrong == []


def _tags(tags: re.Pattern[str], words: str | list[str] | tuple[str, ...]) -> set[str]:
    return {found for part in _parts(words) for found in tags.findall(part)}
