"""The layer before all middleware that answers public pages, feeds and exports from memory.

What is kept is told apart by path and language alone. A request with any query but one known ``lang=`` goes to the app,
so nobody can fill the memory with made-up addresses; the same holds for methods other than GET and HEAD.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from conference.core.publishing.choosing import Languages, by_name, encoding_for, holds
from conference.core.publishing.flight import Flight
from conference.core.publishing.packing import Answer, Form, forms_of, why_not
from conference.core.publishing.rendering import Origin, Recorder, Scope, anonymous
from conference.core.publishing.versions import Versions

log = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Key = tuple[str, str]

PATHS_REMEMBERED = 4096
LONGEST_PATH = 300


class Ready:
    """How one address is answered from memory: for as long as none of its ``scopes`` is published anew.

    A page chooses its language by ``?lang=``, cookie and Accept-Language, a ``feed`` by ``?lang=`` only.
    ``compress=False`` is for what must arrive as it is (text/calendar does anyway). ``pattern`` is for logs.
    """

    __slots__ = ("scopes", "feed", "compress", "pattern", "vary")

    def __init__(self, *scopes: str, feed: bool = False, compress: bool = True, pattern: str = "") -> None:
        self.scopes, self.feed, self.compress, self.pattern = scopes, feed, compress, pattern
        self.vary = b"Accept-Encoding" if feed else b"Accept-Language, Cookie, Accept-Encoding"


@dataclass(slots=True)
class Kept:
    """An answer in all its forms, the versions it was made from, and the rows in which these were last seen."""

    forms: dict[str, Form]
    versions: tuple[int, ...]
    seen: dict[str, int]
    try_again_at: float = float("-inf")

    def weight(self) -> int:
        """Bytes of all bodies; a body that serves as several forms counts once."""
        return sum({id(form): len(form.body) for form in self.forms.values()}.values())


@dataclass(frozen=True, slots=True)
class Failure:
    """A render that came to nothing: an error, a 5xx, or both."""

    error: Exception | None
    answer: Answer | None

    def name(self) -> str:
        return type(self.error).__name__ if self.error else f"status {self.answer.status if self.answer else 'missing'}"


class ReadyPages:
    """ASGI app around ``app``: answers ready addresses itself, hands everything else on untouched.

    ``find(scope)`` says how an address is ready, None if it is not; its answers are remembered by path, so it must look
    at nothing else. A miss renders by asking ``app`` as a visitor nobody knows (see ``rendering.anonymous``), once for
    all who wait. Only answers with status 200, without cookie, not marked private and of at most ``largest`` bytes are
    kept, at most ``limit`` of them and ``room`` bytes, those unused longest going first. For other answers each request
    is handed to ``app``.

    A rebuild that fails or takes longer than ``patience`` seconds leaves the last good answer in use, and a failed one
    is tried again after ``pause`` seconds; without a last good answer the error goes to the visitor.
    ``note(scope, ready, status)`` is called for every answer given from here.
    """

    def __init__(
        self,
        app: App,
        versions: Versions,
        find: Callable[[Scope], Ready | None],
        default_language: str,
        languages: Sequence[str],
        *,
        base_url: str = "http://localhost",
        limit: int = 1000,
        room: int = 64 * 2**20,
        largest: int = 4 * 2**20,
        patience: float = 2.0,
        pause: float = 1.0,
        give_up: float = 30.0,
        note: Callable[[Scope, Ready, int], None] | None = None,
    ) -> None:
        self.app, self.versions, self.find, self.note = app, versions, find, note
        self.languages, self.origin = Languages(default_language, languages), Origin(base_url)
        self.limit, self.room, self.largest = limit, room, largest
        self.patience, self.pause, self.give_up = patience, pause, give_up
        self._found: dict[str, Ready | None] = {}
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._filled = 0
        self._not_kept: dict[Key, tuple[int, ...]] = {}
        self._flights: dict[Key, Flight] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ready = self._ready(scope)
        if ready is None:
            await self.app(scope, receive, send)
            return
        headers = by_name(scope["headers"])
        found = await self._answer(scope, ready, headers)
        if type(found) is Kept:
            await self._send_kept(scope, ready, headers, found, send)
        elif found is None:
            await self.app(scope, receive, send)
        else:
            await self._send_failure(scope, ready, found, send)

    def _ready(self, scope: Scope) -> Ready | None:
        """How this request is answered from memory, None if it is for the app."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return None
        try:
            ready = self._found[scope["path"]]
        except KeyError:
            ready = self._remember(scope)
        return ready if scope["query_string"] in self.languages.by_query else None

    def _remember(self, scope: Scope) -> Ready | None:
        ready = self.find(scope)
        if len(scope["path"]) <= LONGEST_PATH:
            if len(self._found) >= PATHS_REMEMBERED:
                self._found.clear()
            self._found[scope["path"]] = ready
        return ready

    async def _answer(self, scope: Scope, ready: Ready, headers: dict[bytes, bytes]) -> Kept | Failure | None:
        """What to answer; None where the app has to. Waits for nothing while the kept answer is known to be current."""
        language = self.languages.by_query[scope["query_string"]]
        if language is None:
            language = self.languages.default if ready.feed else self.languages.of(headers)
        versions = self.versions
        if versions.clock() >= versions.until:
            await versions.refresh()
        key = (scope["path"], language)
        kept = self._kept.get(key)
        if kept is None or kept.seen is not versions.rows:
            return await self._current(scope, ready, key)
        self._kept.move_to_end(key)
        return kept

    async def _current(self, scope: Scope, ready: Ready, key: Key) -> Kept | Failure | None:
        """The answer for the versions known now, made if need be."""
        wanted, kept = self.versions.of(ready.scopes), self._kept.get(key)
        if self._not_kept.get(key) == wanted:
            return None
        if kept and self._still_good(key, kept, wanted):
            return kept
        flight = self._flights.get(key)
        if flight is None or flight.subject != wanted or flight.task.done():
            flight = self._begin(scope, ready, key, wanted)
        landed = await flight.landed(flight.late_at - self.versions.clock() if kept else None)
        if not landed or flight.task.cancelled():
            return kept
        outcome = flight.task.result()
        return kept if kept and type(outcome) is Failure else outcome

    def _still_good(self, key: Key, kept: Kept, wanted: tuple[int, ...]) -> bool:
        """Whether to answer with this: it is current, or making a newer one has just failed."""
        if kept.versions == wanted:
            kept.seen = self.versions.rows
        elif self.versions.clock() >= kept.try_again_at:
            return False
        self._kept.move_to_end(key)
        return True

    def _begin(self, scope: Scope, ready: Ready, key: Key, wanted: tuple[int, ...]) -> Flight:
        """Start the one rebuild of this version. A flight for an older version goes on for those who wait for it."""
        work = self._rebuild(anonymous(scope, key[1], self.origin), ready, key, wanted, self.versions.rows)
        flight = self._flights[key] = Flight(work, wanted, self.versions.clock() + self.patience)
        return flight

    async def _rebuild(
        self, scope: Scope, ready: Ready, key: Key, wanted: tuple[int, ...], rows: dict[str, int]
    ) -> Kept | Failure | None:
        try:
            forms = await self._forms(scope, ready, key)
            outcome = Kept(forms, wanted, rows) if type(forms) is dict else forms
        except Exception as error:
            outcome = Failure(error, None)
        if (flight := self._flights.get(key)) and flight.is_mine():
            del self._flights[key]
            self._settle(key, ready, wanted, outcome)
        return outcome

    async def _forms(self, scope: Scope, ready: Ready, key: Key) -> dict[str, Form] | Failure | None:
        """The answer in all its forms; None if it is not for everybody."""
        rendered = await self._render(scope)
        if type(rendered) is Failure:
            return rendered
        reason = why_not(rendered, self.largest)
        if reason is None:
            return await asyncio.to_thread(forms_of, rendered, key[1], ready.vary, ready.compress)
        if rendered.status == 200:
            log.warning("%s is declared ready and cannot be kept: %s", ready.pattern or key[0], reason)
        return None

    async def _render(self, scope: Scope) -> Answer | Failure:
        """The app's whole answer, or how it failed. An app may answer 500 and raise besides."""
        recorder, error = Recorder(), None
        try:
            async with asyncio.timeout(self.give_up):
                await self.app(scope, recorder.receive, recorder.send)
        except Exception as raised:
            error = raised
        answer = recorder.answer()
        if error or answer is None or answer.status >= 500:
            return Failure(error, answer)
        return answer

    def _settle(self, key: Key, ready: Ready, wanted: tuple[int, ...], outcome: Kept | Failure | None) -> None:
        """Remember what came of a rebuild; what is no longer public is forgotten at once."""
        if type(outcome) is Kept:
            self._keep(key, outcome)
        elif type(outcome) is Failure:
            log.error("%s could not be rendered: %s", ready.pattern or key[0], outcome.name())
            if kept := self._kept.get(key):
                kept.try_again_at = self.versions.clock() + self.pause
        else:
            self._drop(key)
            if len(self._not_kept) >= self.limit:
                self._not_kept.clear()
            self._not_kept[key] = wanted

    def _keep(self, key: Key, kept: Kept) -> None:
        self._not_kept.pop(key, None)
        self._drop(key)
        self._kept[key] = kept
        self._filled += kept.weight()
        while len(self._kept) > self.limit or self._filled > self.room:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        if kept := self._kept.pop(key, None):
            self._filled -= kept.weight()

    async def _send_kept(
        self, scope: Scope, ready: Ready, headers: dict[bytes, bytes], kept: Kept, send: Send
    ) -> None:
        """Messages are new each time, as whatever stands outside may write into them; the tuples in them are shared."""
        form = kept.forms[encoding_for(headers)]
        sent = headers.get(b"if-none-match")
        if sent is not None and holds(sent, form.tag):
            status, head, body = 304, form.short_head, b""
        else:
            status, head, body = 200, form.head, form.body if scope["method"] == "GET" else b""
        if self.note is not None:
            self.note(scope, ready, status)
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": body})

    async def _send_failure(self, scope: Scope, ready: Ready, failure: Failure, send: Send) -> None:
        """Give the error page where there is one, and raise as the app did, so that the server's log has it."""
        answer = failure.answer
        if answer is not None:
            if self.note is not None:
                self.note(scope, ready, answer.status)
            body = answer.body if scope["method"] == "GET" else b""
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            await send({"type": "http.response.body", "body": body})
        if failure.error is not None:
            raise failure.error
        if answer is None:
            raise RuntimeError("the app ended without an answer")
