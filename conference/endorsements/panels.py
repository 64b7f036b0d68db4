"""What endorsements show on other slices' pages."""

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from conference.core import passes, sealing
from conference.core.i18n import _, ngettext
from conference.core.templates import render_text
from conference.core.todo import Todo, entries
from conference.editions.access import Held, editions_with
from conference.editions.models import Duties, Edition
from conference.editions.wording import say
from conference.endorsements import queries


async def who_signed(*, edition: Edition, **_others: Any) -> Markup:
    """On an edition's main page: how many stand with it, once there are ten."""
    text = await queries.letter_text(edition)
    total = (await queries.counts(edition)).get(text.id, queries.Counts()).total if text else 0
    return Markup(render_text("endorsements/home_panel.html", edition=edition, total=total, say=say)) if total >= 10 else Markup("")


async def sign_unity(*, edition: Edition, **_others: Any) -> Markup:
    """Under the points of unity: where they can be signed, while that is possible."""
    return Markup(render_text("endorsements/unity_panel.html", edition=edition)) if queries.is_open(edition) else Markup("")


async def my_endorsements(*, edition: Edition, request: Request, **_others: Any) -> Markup:
    """On one's own page: what this browser has the links of."""
    rows = await queries.held(edition, passes.tokens(request))
    names = [plain.name or "–" for plain in sealing.open(rows, "name")]
    return Markup(render_text("endorsements/my_panel.html", edition=edition, rows=list(zip(rows, names, strict=True)), say=say)) if rows else Markup("")


async def to_do(*, edition: Edition, duties: frozenset[Duties], **_others: Any) -> Markup:
    """On the back office's page of an edition: what waits for an editor."""
    if not duties & {Duties.EDITOR, Duties.ORGANIZER}:
        return Markup("")
    counted = await queries.to_do(edition)
    return Markup(render_text("endorsements/office/home_panel.html", edition=edition, counted=counted)) if any(counted.values()) else Markup("")


async def todos(*, held: Held, editions: Sequence[Edition], url: Callable[..., str], **_others: Any) -> list[Todo]:
    """For editors: endorsements to be looked at, and those to be confirmed by a call or vouched for."""
    mine = {edition.id: edition.slug for edition in editions_with(held, editions, Duties.EDITOR)}
    return [
        *entries(
            await queries.to_be_looked_at(mine), mine, lambda n: ngettext("%(num)d endorsement waits to be looked at", "%(num)d endorsements wait to be looked at", n) % {"num": n},
            lambda slug: url("endorsements.office.to_look_at", edition=slug), _("Look at them"),
        ),
        *entries(
            await queries.to_be_called(mine), mine, lambda n: ngettext("%(num)d endorsement waits for a call or an organizer", "%(num)d endorsements wait for a call or an organizer", n) % {"num": n},
            lambda slug: url("endorsements.office.to_call", edition=slug), _("Call them"),
        ),
    ]  # fmt: skip
