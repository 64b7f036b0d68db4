"""Knowing who is asking."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core.running import running
from conference.people import queries

COOKIE = "sign_in"


async def know_person(request: Request) -> None:
    """Put the signed-in person, or None, on the request."""
    secret = request.cookies.get(COOKIE, "")
    request.state.person = await queries.person_of_cookie(secret) if secret else None


def give_cookie(answer: Response, secret: str) -> None:
    answer.set_cookie(COOKIE, secret, max_age=30 * 86400, httponly=True, samesite="lax", secure=running().settings.https)
