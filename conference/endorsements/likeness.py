"""When two names are the same organization, which domain is whose, and what an editor should look at before it is shown."""

import re
import unicodedata
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

# Small words that people leave out or add: they tell no two organizations apart.
SMALL = frozenset("a an and at for in inc incorporated llc ltd of on the to al de del e el en la las los por para y".split())

# Everybody can have an address there, so it shows no authority for an organization.
EVERYBODYS = frozenset(
    "aol.com gmail.com gmx.com googlemail.com hotmail.com icloud.com live.com mail.com me.com msn.com outlook.com pm.me proton.me protonmail.com riseup.net "
    "tutanota.com yahoo.com yahoo.es ymail.com yandex.com zoho.com".split()
)
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_LINKS = re.compile(r"https?:|www\.|@|\.(?:com|org|net|info|io|us)\b", re.IGNORECASE)


def fold(text: str) -> str:
    """A text without case and accents, as names are put in order and searched."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return " ".join(bare.casefold().split())


def likeness(name: str) -> str:
    """An organization's name as it is compared: "The Workers' Center of Chicago, Inc." and "Workers Center Chicago" are alike."""
    words = re.findall(r"[^\W_]+", re.sub(r"['\u2019\u02bc`]", "", fold(name)))
    return " ".join(word for word in words if word not in SMALL) or " ".join(words)


def domain_of(written: str) -> str | None:
    """The domain in a website's or a mail address as people write it, without www; None where there is none."""
    host = re.sub(r"^[a-z]+://", "", written.strip().casefold()).rpartition("@")[2]
    host = re.split(r"[/?#:]", host)[0].rstrip(".").removeprefix("www.")
    try:
        host = host.encode("idna").decode("ascii") if host else ""
    except UnicodeError:
        return None
    return host if _DOMAIN.fullmatch(host) else None


def is_at(email: str, domain: str) -> bool:
    """Whether an address belongs to a domain or one below it, and the domain to somebody in particular."""
    at = domain_of(email)
    return at is not None and domain not in EVERYBODYS and (at == domain or at.endswith(f".{domain}"))


def is_strange(name: str, place: str) -> bool:
    """Whether somebody should look at a person's name before everybody sees it: it does not read like a first name and a city."""
    words = name.split()
    if len(words) > 3 or len(name) > 40 or any(one.isdigit() for one in name + place):
        return True
    letters = [one for one in name if one.isalpha()]
    signs = [one for one in name + place if unicodedata.category(one)[0] in "SP" and one not in "'\u2019.,-"]
    shouts = len(letters) > 3 and all(one.isupper() for one in letters)
    return not letters or shouts or bool(signs) or bool(_LINKS.search(f"{name} {place}"))


def groups(rows: Iterable[tuple[Hashable, Sequence[Any]]]) -> list[list[Hashable]]:
    """Rows that share a mark, directly or through others, in the order they came; alone ones are left out. rows: ``(id, marks)``."""
    found: list[tuple[list[Hashable], set[Any]]] = []
    for row, marks in rows:
        own = {mark for mark in marks if mark}
        touching = [one for one in found if one[1] & own]
        ids, all_marks = [one for group in touching for one in group[0]] + [row], own.union(*(group[1] for group in touching))
        found = [one for one in found if one not in touching] + [(ids, all_marks)]
    return [ids for ids, _marks in found if len(ids) > 1]
