"""Finding the page for a path among hundreds without trying each: by how many parts the path has, and by its first two words."""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import cached_property

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import PARAM_FORMAT_REGEX, BaseRoute, Match, Route, compile_path, get_route_path
from starlette.types import Receive, Scope, Send

FOUND = "conference.route"
ANY = ""
MOST_PARTS = 40

Handler = Callable[[Request], Awaitable[Response]]
Rule = Callable[[Request], Awaitable[None]]


class Page(Route):
    """A route of ours. Its expression is compiled when a request first comes near it, not for all pages at every start."""

    path_format = cached_property(lambda self: re.sub(r":\w+}", "}", self.path))
    path_regex = cached_property(lambda self: self._compiled[0])
    param_convertors = cached_property(lambda self: self._compiled[2])
    _compiled = cached_property(lambda self: compile_path(self.path))

    def __init__(
        self, path: str, endpoint: Handler, *, methods: Sequence[str], name: str, allow: Rule, ready: str | None = None, feed: bool = False, csrf_exempt: bool = False
    ) -> None:
        super().__init__("/", endpoint, methods=methods, name=name)
        for compiled in ("path_format", "path_regex", "param_convertors"):
            del self.__dict__[compiled]  # of the path above; ours are made when they are asked for
        self.path = path
        self.allow, self.ready, self.feed, self.csrf_exempt = allow, ready, feed, csrf_exempt

    @property
    def takes(self) -> frozenset[str]:
        """The names of its parameters."""
        return frozenset(PARAM_FORMAT_REGEX.findall(self.path_format))


class Table(BaseRoute):
    """Many routes as one; of several that fit, the first in order is taken, as if each were tried in turn."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self.routes = list(routes)
        self._shapes = [_shape(route.path) for route in routes]
        self._firsts, self._seconds = ({shape[place] for shape in self._shapes} - {ANY} for place in (1, 2))
        self._near: dict[tuple[int, str, str], list[Route]] = {}

    def near(self, path: str) -> list[Route]:
        """The routes that may fit a path, in order."""
        parts = path.split("/", MOST_PARTS)
        first = parts[1] if len(parts) > 1 and parts[1] in self._firsts else ANY
        second = parts[2] if len(parts) > 2 and parts[2] in self._seconds else ANY
        key = (len(parts), first, second)
        if key not in self._near:  # as many as there are words of ours and lengths of paths
            self._near[key] = [route for route, shape in zip(self.routes, self._shapes, strict=True) if _may_fit(shape, key)]
        return self._near[key]

    def find(self, path: str) -> Iterator[tuple[Route, dict[str, str]]]:
        """Each route that fits a path, whatever its method, with what its parameters are in it."""
        for route in self.near(path):
            if found := route.path_regex.match(path):
                yield route, found.groupdict()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        partial: tuple[Match, Scope] = (Match.NONE, {})
        if scope["type"] != "http":
            return partial
        for route in self.near(get_route_path(scope)):
            match, more = route.matches(scope)
            if match is Match.FULL:
                return match, more | {FOUND: route}
            if match is Match.PARTIAL and partial[0] is Match.NONE:
                partial = match, more | {FOUND: route}
        return partial

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope[FOUND].handle(scope, receive, send)


def _shape(path: str) -> tuple[int, str, str]:
    """How many parts (0: any number, for a path within a path), and the first two words; a parameter is any word."""
    parts = path.split("/")
    words = [part if "{" not in part else ANY for part in [*parts[1:], ANY, ANY]]
    return (0 if ":path}" in path else len(parts), words[0], words[1])


def _may_fit(shape: tuple[int, str, str], key: tuple[int, str, str]) -> bool:
    return all(mine in (type(mine)(), asked) for mine, asked in zip(shape, key, strict=True))
