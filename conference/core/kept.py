"""What is made once per version of what is public: facts that every page needs, and pages alike for everybody but a few words."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from markupsafe import escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from conference.core import clock, csrf
from conference.core.i18n import LANGUAGES
from conference.core.running import running
from conference.core.web import render

T = TypeVar("T")
LONGEST = timedelta(minutes=10)  # a page also says what day it is, in a way: registration closes, an edition is over
_GAP = re.compile("\x02([a-z_]+)\x03")


async def once(scope: str, name: str, read: Callable[[], Awaitable[T]]) -> T:
    """What ``read`` gives, read once per version of ``scope`` (and of the site) in this process. Do not change it."""
    known, number = await _shelf(scope)
    if number is None:
        return await read()
    if name not in known:
        known[name] = await read()
    return known[name]


async def _shelf(scope: str) -> tuple[dict[Any, Any], tuple[int, ...] | None]:
    """What is kept of the present version of a scope; None as its number where nothing may be kept."""
    versions = running().parts.get("versions")
    if versions is None:
        return {}, None
    if versions.clock() >= versions.until:
        await versions.refresh()
    number = versions.of(("site", scope)) if scope in versions.rows else None
    shelves: dict[str, tuple[Any, dict]] = running().parts.setdefault("kept", {})
    held = shelves.get(scope)
    if number is None or held is None or held[0] != number:
        held = shelves[scope] = (number, {})
    return held[1], number


Context = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


async def page_with_gaps(request: Request, template: str, *, scope: str, key: tuple, gaps: Mapping[str, Any], context: Context) -> Response:
    """A page of which only the words in ``gaps`` differ within a ``key``; the rest is rendered once per version and language.

    context: what the template gets, made from the gaps' values, or from marks in their place; the template may show them, and
    put them into addresses, but not ask what they are. It says the page's own address as ``request_path``. People who are signed
    in, and addresses with a query, get a page rendered for them.
    """
    known, number = await _shelf(scope)
    if number is None or request.state.person is not None or request.scope["query_string"]:
        return await render(request, template, **await context(gaps))
    place = (template, request.state.language, *key)
    if place not in known or known[place][0] < clock.now() - LONGEST:
        known[place] = (clock.now(), await _cut(request, template, context, gaps))
    parts = known[place][1]
    return HTMLResponse(_filled(parts, {**gaps, "csrf": csrf.field(request)} if "csrf" in parts[1::2] else gaps))


async def _cut(request: Request, template: str, context: Context, gaps: Mapping[str, Any]) -> list[str]:
    """The rendered page cut at its gaps: text, name of a gap, text, ..."""
    marks = {name: f"\x02{name}\x03" for name in gaps}
    values = dict(await context(marks))
    languages = [{"code": code, "name": name, "url": f"{values['request_path']}?lang={code}", "current": code == request.state.language} for code, name in LANGUAGES.items()]
    answer = await render(request, template, **values, languages=languages, csrf=lambda: "\x02csrf\x03")
    return _GAP.split(bytes(answer.body).decode())


def _filled(parts: list[str], gaps: Mapping[str, Any]) -> str:
    words = {name: str(escape(value)) for name, value in gaps.items()}
    return "".join([words[part] if odd % 2 else part for odd, part in enumerate(parts)])
