"""The organization's calendar: days and deadlines of an edition."""

from datetime import date, datetime, timedelta

from conference.agenda import queries
from conference.agenda.models import DayEntry
from conference.agenda.snapshots import Json, where
from conference.core import clock, versions
from conference.core.db import transaction
from conference.editions.models import Edition


async def announce_days(edition: Edition) -> None:
    """Bring the whole-day entries of an edition up to date: its days and its deadlines. Changes nothing where nothing changed."""
    now = clock.now().replace(microsecond=0)
    async with transaction():
        wanted = _day_facts(edition)
        known = {entry.what: entry for entry in await queries.day_entries(edition)}
        changed = [await _announce(edition, known.get(what), what, facts, now) for what, facts in wanted.items()]
        changed += [await _withdraw(entry, now) for what, entry in known.items() if what not in wanted]
        if any(changed):
            await versions.touch("site")


def _day_facts(edition: Edition) -> dict[str, Json]:
    """By what is announced: first day, first day after it, and what to say."""
    words = {"title": edition.title, "place": where(edition.venue, edition.address), "percent": None}
    found = {"days": words | _from_to(edition.begins, edition.ends)}
    for step in edition.refund_table:
        if step["percent"]:
            last = edition.begins - timedelta(days=step["days"])
            found[f"refund-{step['days']}"] = words | _from_to(last, last) | {"place": "", "percent": step["percent"]}
    return found


def _from_to(first: date, last: date) -> Json:
    return {"starts": first.isoformat(), "ends": (last + timedelta(days=1)).isoformat()}


async def _announce(edition: Edition, known: DayEntry | None, what: str, facts: Json, now: datetime) -> bool:
    """Whether there was something to say."""
    if known is None:
        await DayEntry(edition=edition, what=what, facts=facts, stamp=now).save(force_create=True)
        return True
    if known.facts == facts and not known.cancelled:
        return False
    moved = known.cancelled or any(known.facts[name] != facts[name] for name in ("starts", "ends", "place"))
    await DayEntry.filter(id=known.id).update(facts=facts, stamp=now, cancelled=False, sequence=known.sequence + moved)
    return True


async def _withdraw(known: DayEntry, now: datetime) -> bool:
    return bool(
        await DayEntry.filter(id=known.id, cancelled=False).update(
            cancelled=True, stamp=now, sequence=known.sequence + 1
        )
    )
