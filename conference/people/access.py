"""Knowing who is asking."""

from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from conference.core import clock
from conference.core.running import running
from conference.people.models import Person, SignIn

COOKIE = "sign_in"


async def know_person(request: Request) -> None:
    """Put the signed-in person, or None, on the request."""
    secret = request.cookies.get(COOKIE, "")
    request.state.person = await person_of_cookie(secret) if secret else None


def give_cookie(answer: Response, secret: str) -> None:
    answer.set_cookie(COOKIE, secret, max_age=30 * 86400, httponly=True, samesite="lax", secure=running().settings.https)


async def person_of_cookie(secret: str) -> Person | None:
    """The person whose browser holds this secret, while the sign-in lasts."""
    digest = sha256(secret.encode()).hexdigest()
    found = await SignIn.filter(digest=digest, expires__gt=clock.now()).select_related("person").first()
    return found.person if found else None
