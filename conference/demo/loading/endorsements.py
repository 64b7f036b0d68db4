"""The calls, who signed them on paper and by the form, and what waits for an editor."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any

from conference.core import clock
from conference.core.running import running
from conference.demo.world import World, content
from conference.editions.actions import adopt
from conference.editions.models import AdoptedText, Edition
from conference.editions.queries import unity_for
from conference.endorsements import actions, queries
from conference.endorsements.likeness import likeness
from conference.endorsements.models import Authority, Endorsement, Kind, State

DAYS = 40
WAYS = {"call": Authority.CALL, "vouch": Authority.VOUCHED}


async def load(world: World) -> None:
    told = content("endorsements")
    texts = await _texts(world, told["call"])
    for paper in told["paper"]:
        await _take_down(world, paper, texts)
    signers = [*((Kind.ORGANIZATION, one) for one in told["organization"]), *((Kind.PERSON, one) for one in told["person"])]
    for place, (kind, one) in enumerate(signers):
        with _at(clock.now() - timedelta(days=DAYS) * (1 - place / len(signers))):
            await _sign(world, texts["2027", "call"], kind, one)


async def _texts(world: World, calls: list[dict[str, Any]]) -> dict[tuple[str, str], AdoptedText]:
    """Every version by edition and name: ``call`` is the newest, ``call-1`` the first."""
    made: dict[tuple[str, str], AdoptedText] = {}
    for told in calls:
        edition, slug = world.editions[told["edition"]], told["edition"]
        points = [{"text": paragraph} for paragraph in told["paragraph"]]
        with _at(min(datetime.combine(told["adopted"], time(17), UTC), clock.now())):
            text = await adopt(edition, kind="call", adopted=told["adopted"], title=told["title"], intro=told["intro"], note=told.get("note", {}), points=points)
        made[slug, "call"] = made[slug, f"call-{text.version}"] = text
    for slug, edition in world.editions.items():
        if (unity := await unity_for(edition)) is not None:
            made[slug, "unity"] = unity
    return made


async def _take_down(world: World, paper: dict[str, Any], texts: dict[tuple[str, str], AdoptedText]) -> None:
    edition: Edition = world.editions[paper["edition"]]
    for kind, names in ((Kind.ORGANIZATION, paper["organizations"]), (Kind.PERSON, paper["persons"])):
        for name, city, region in names:
            await actions.take_down(edition, texts[edition.slug, paper["text"]], kind=kind, name=name, city=city, region=region, by=world.people["organizer"].id)


async def _sign(world: World, text: AdoptedText, kind: Kind, one: dict[str, Any]) -> None:
    """As a visitor would; then as whoever opens the letter, and as the editor."""
    edition, how, domain = world.editions["2027"], one.get("how", ""), one.get("domain", "")
    email = f"{one.get('mail', '')}@{domain}" if domain else "" if "phone" in one else f"{one['name'].split()[0].lower()}.signs@example.org"
    words = {name: one.get(name, "") for name in ("name", "city", "region", "phone", "domain", "signer", "role")} | {"email": email.replace("í", "i")}
    authority = WAYS.get(how, Authority.MAIL)
    await actions.sign(edition, text, kind=kind, authority=authority, quiet=one.get("quiet", False), language=one.get("language", "en"), read=str(text.id), **words)
    if how in WAYS or how == "unconfirmed":
        return
    alike = likeness(one["name"]) if kind is Kind.ORGANIZATION else ""
    signed = queries.same_as(await queries.signed_by(edition, email=words["email"], phone=words["phone"]), text.id, kind, alike)
    await actions.confirm(signed, revision=signed.revision)
    await _decide(world, signed, how)


async def _decide(world: World, signed: Endorsement, how: str) -> None:
    if how == "withdrawn":
        await actions.withdraw(signed)
    elif signed.kind is Kind.ORGANIZATION and how != "waits":
        now = await Endorsement.get(id=signed.id, state=State.CONFIRMED)
        await actions.accept(now, revision=now.revision, by=world.people["editor"].id)


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    """As if it were then."""
    here = running()
    kept = here.clock
    here.clock = lambda: moment
    try:
        yield
    finally:
        here.clock = kept
