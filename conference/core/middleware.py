"""What surrounds every request: the app's context, limits, security headers, the language cookie, the access log."""

import time
from http.cookies import SimpleCookie
from urllib.parse import parse_qs

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from conference.core.errors import TooLarge, place_of
from conference.core.i18n import LANGUAGES
from conference.core.running import Running, enter

LARGEST_BODY = 512_000

log = structlog.get_logger("web")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; form-action 'self'{more}; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = [
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=(), payment=(), usb=()"),
]
WITH_CAMERA = "geolocation=(), camera=(self), microphone=(), payment=(), usb=()"


class Surroundings:
    """The innermost layer of our own: enters the context, bounds the body, adds security headers, logs the route's pattern."""

    def __init__(self, app: ASGIApp, context: Running) -> None:
        self.app, self.context = app, context
        more = [(b"strict-transport-security", b"max-age=63072000")] if context.settings.https else []
        self.headers = [*HEADERS, *more]
        self.policy = CSP.format(more="").encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            enter(self.context)
            return await self.app(scope, receive, send)
        enter(self.context)
        started, status = time.perf_counter(), 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(message)
            await send(message)

        try:
            await self.app(scope, _bounded(scope, receive), send_with_headers)
        except Exception as error:
            log.error("bug", trouble=type(error).__name__, where=place_of(error), route=getattr(scope.get("state", {}).get("page"), "path", "-"))
        finally:
            route = getattr(scope.get("state", {}).get("page"), "path", "-")
            log.info("request", method=scope["method"], route=route, status=status, ms=round((time.perf_counter() - started) * 1e3, 1))

    def _add_headers(self, message: Message) -> None:
        headers = message.setdefault("headers", [])
        given = {name for name, _value in headers}
        if b"content-security-policy" not in given:
            headers.append((b"content-security-policy", self.policy))
        headers.extend(pair for pair in self.headers if pair[0] not in given)


def _bounded(scope: Scope, receive: Receive) -> Receive:
    """The body, up to its limit; TooLarge is raised in whoever reads further. A page may take more from whoever may come to it."""
    seen = 0
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    length = int(declared) if declared.isdigit() else None

    async def read() -> Message:
        nonlocal seen
        most = scope.get("state", {}).get("largest_body", LARGEST_BODY)
        if length is None or length > most:
            raise TooLarge()
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise TooLarge()
        return message

    return read


def allow_form_action(headers: dict[str, str], origin: str) -> None:
    """Let this page's forms end up at another origin too (hosted Checkout)."""
    headers["content-security-policy"] = CSP.format(more=f" {origin}")


def allow_camera(headers: dict[str, str]) -> None:
    """Let this page ask for the camera, for what it scans."""
    headers["permissions-policy"] = WITH_CAMERA


class LanguageCookie:
    """Who follows ``?lang=es`` keeps the language on the pages after it."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self.app, self.secure = app, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or b"lang=" not in scope["query_string"]:
            return await self.app(scope, receive, send)
        code = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[-1]
        if code not in LANGUAGES:
            return await self.app(scope, receive, send)
        cookie = self._cookie(code)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                message = {**message, "headers": [*message["headers"], (b"set-cookie", cookie)]}
            await send(message)

        await self.app(scope, receive, send_with_cookie)

    def _cookie(self, code: str) -> bytes:
        cookie: SimpleCookie = SimpleCookie({"lang": code})
        cookie["lang"].update({"path": "/", "max-age": 31536000, "samesite": "Lax", "httponly": True, "secure": self.secure})
        return cookie["lang"].OutputString().encode()


def _is_page(message: Message) -> bool:
    return any(name == b"content-type" and value.startswith(b"text/html") for name, value in message.get("headers", ()))
