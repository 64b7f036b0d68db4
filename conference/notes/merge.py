"""Two people changed the same text at once: one text with the words of both, or the news that they wrote in one place.

Nothing typed is ever lost: ``merged`` either holds every run of words that somebody typed, or is None, and then the caller
keeps both texts.
"""

import re
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
MOST_PAIRS = 40_000
"""Longer stretches are not compared word by word: comparing takes time that others wait for."""

Tokens = list[str]
Span = tuple[int, int]


def merged(base: str, mine: str, theirs: str) -> str | None:
    """``base`` with the changes of ``mine`` and of ``theirs``; None where both changed the same words, or wrote in one place.

    Lines that both added at one place are kept one after another, theirs first.
    """
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    old, one, other = (_TOKEN.findall(text) for text in (base, mine, theirs))
    out: Tokens = []
    for region in _regions(_changes(old, one), _changes(old, other)):
        joined = _joined(*region, old, one, other)
        if joined is None:
            return None
        out += joined
    return "".join(out)


Change = tuple[Span, Span]
"""Which tokens of the old text became which of the new."""

Region = tuple[Span, Span | None, Span | None]
"""Tokens of the old text, and what mine and theirs have there; None where that side left them as they were."""


def _changes(old: Tokens, new: Tokens) -> list[Change]:
    """What is different, between the beginning and the end that both share."""
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    was, now = old[start : len(old) - end], new[start : len(new) - end]
    if len(was) * len(now) > MOST_PAIRS:
        return [((start, start + len(was)), (start, start + len(now)))]
    codes = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    return [((start + i1, start + i2), (start + j1, start + j2)) for tag, i1, i2, j1, j2 in codes if tag != "equal"]


def _alike(one: Tokens, other: Tokens) -> int:
    """How many tokens they share from the beginning."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _regions(mine: list[Change], theirs: list[Change]) -> list[Region]:
    """The old text cut into what nobody changed, what one changed, and what both did; in order, to its end."""
    found: list[Region] = []
    here = 0
    for group in _groups(sorted([(*change, True) for change in mine] + [(*change, False) for change in theirs])):
        start, end = group[0][0][0], max(span[1] for span, _new, _mine in group)
        found.append(((here, start), None, None))
        found.append(((start, end), _side(group, start, end, True), _side(group, start, end, False)))
        here = end
    found.append(((here, -1), None, None))
    return found


def _groups(changes: list[tuple[Span, Span, bool]]) -> list[list[tuple[Span, Span, bool]]]:
    """Changes that touch each other, together."""
    groups: list[list[tuple[Span, Span, bool]]] = []
    reach = -1
    for change in changes:
        if groups and change[0][0] <= reach:
            groups[-1].append(change)
        else:
            groups.append([change])
            reach = -1
        reach = max(reach, change[0][1])
    return groups


def _side(group: list[tuple[Span, Span, bool]], start: int, end: int, of_mine: bool) -> Span | None:
    """What one side has for the old tokens ``start`` to ``end``: its changes there, with the unchanged tokens around them."""
    own = [(span, new) for span, new, is_mine in group if is_mine is of_mine]
    if not own:
        return None
    (first_old, first_new), (last_old, last_new) = own[0], own[-1]
    return first_new[0] - (first_old[0] - start), last_new[1] + (end - last_old[1])


def _joined(span: Span, mine: Span | None, theirs: Span | None, old: Tokens, one: Tokens, other: Tokens) -> Tokens | None:
    was = old[span[0] : span[1] if span[1] >= 0 else len(old)]
    if mine is None and theirs is None:
        return was
    here = one[slice(*mine)] if mine else was
    there = other[slice(*theirs)] if theirs else was
    if mine is None or here == there:
        return there
    if theirs is None:
        return here
    return _both_lines(was, here, there)


def _both_lines(was: Tokens, here: Tokens, there: Tokens) -> Tokens | None:
    """Whole lines that both added at one place, theirs first; None for anything else."""
    if was or not here or not there:
        return None
    if (here[0], there[0]) == ("\n", "\n") or (here[-1], there[-1]) == ("\n", "\n"):
        return there + here
    return None
