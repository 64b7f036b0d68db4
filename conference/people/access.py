"""Knowing who is asking, and how lately they have shown it."""

from datetime import timedelta
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from conference.core import clock
from conference.core.errors import ProofNeeded
from conference.core.running import running
from conference.core.web import signed_in
from conference.people.models import Factor, SignIn

COOKIE = "sign_in"
FRESH = timedelta(minutes=10)


async def know_person(request: Request) -> None:
    """Put the signed-in person and their sign-in, or None, on the request."""
    secret = request.cookies.get(COOKIE, "")
    request.state.sign_in = await sign_in_of_cookie(secret) if secret else None
    request.state.person = request.state.sign_in.person if request.state.sign_in else None


def give_cookie(answer: Response, secret: str) -> None:
    answer.set_cookie(COOKIE, secret, max_age=30 * 86400, httponly=True, samesite="lax", secure=running().settings.https)


async def sign_in_of_cookie(secret: str) -> SignIn | None:
    """The sign-in of the browser that has this secret, with its person, while it lasts."""
    digest = sha256(secret.encode()).hexdigest()
    return await SignIn.filter(digest=digest, expires__gt=clock.now()).select_related("person").first()


# The second step. The demo goes without.


def require_proof(request: Request) -> None:
    """Raises ProofNeeded where the second step was not yet shown in this browser."""
    if not running().settings.demo and request.state.sign_in.proved is None:
        raise ProofNeeded()


def require_fresh(request: Request) -> None:
    """Raises ProofNeeded where it was shown longer ago than a few minutes: for what does harm in the wrong hands."""
    if not (running().settings.demo or is_fresh(request.state.sign_in)):
        raise ProofNeeded()


def is_fresh(sign_in: SignIn) -> bool:
    return sign_in.proved is not None and clock.now() - sign_in.proved < FRESH


async def own_second_step(request: Request) -> None:
    """A rule: who is signed in sets up a first second step; who has one shows it before it is changed."""
    await signed_in(request)
    if await Factor.exists(person_id=request.state.person.id, confirmed__not_isnull=True):
        require_fresh(request)
