"""Secret links become a cookie: who opened one may come back to the clean address with this browser."""

from itsdangerous import BadSignature, Signer
from starlette.requests import Request
from starlette.responses import Response

from conference.core.running import running

COOKIE, MOST, APART = "passes", 12, "~"  # no letter of a token


def grant(request: Request, answer: Response, token: str) -> None:
    """Remember a link's token in this browser; the oldest of many is forgotten."""
    held = [token, *(known for known in tokens(request) if known != token)][:MOST]
    secure = running().settings.https
    answer.set_cookie(COOKIE, _signer().sign(APART.join(held)).decode(), max_age=90 * 86400, httponly=True, samesite="lax", secure=secure)


def tokens(request: Request) -> list[str]:
    """The tokens this browser holds, newest first. They still have to match their row."""
    sent = request.cookies.get(COOKIE)
    try:
        return _signer().unsign(sent).decode().split(APART) if sent else []
    except BadSignature:
        return []


def _signer() -> Signer:
    return running().part("passes", lambda: Signer(running().settings.secret, salt="passes"))
