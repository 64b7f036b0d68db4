"""Secret links become a cookie: who opened one may come back to the clean address with this browser."""

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from conference.core.running import running

COOKIE, MOST = "passes", 12


def grant(request: Request, answer: Response, token: str) -> None:
    """Remember a link's token in this browser; the oldest of many is forgotten."""
    held = [token, *(known for known in tokens(request) if known != token)][:MOST]
    secure = running().settings.https
    answer.set_cookie(COOKIE, _signer().dumps(held), max_age=90 * 86400, httponly=True, samesite="lax", secure=secure)


def tokens(request: Request) -> list[str]:
    """The tokens this browser holds, newest first. They still have to match their row."""
    try:
        held = _signer().loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return []
    return [token for token in held if isinstance(token, str)]


def _signer() -> URLSafeSerializer:
    return running().part("passes", lambda: URLSafeSerializer(running().settings.secret, salt="passes"))
