"""A form must come from one of our own pages.

Browsers say so themselves (``Sec-Fetch-Site``, ``Origin``). Where a browser sends neither, a signed cookie and the form's hidden
field must agree.
"""

import secrets
from urllib.parse import urlsplit

from itsdangerous import BadSignature, Signer
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from conference.core.errors import WrongOrigin
from conference.core.running import running

COOKIE = "form"
FIELD = "form_token"


async def check(request: Request) -> None:
    """Raises WrongOrigin for a post that another site may have caused."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        allowed = site == "same-origin" or (site == "none" and origin in (None, *_origins(request)))
    elif origin is not None:
        allowed = origin in _origins(request)
    else:
        allowed = await _fields_agree(request)
    if not allowed:
        raise WrongOrigin()


def field(request: Request) -> Markup:
    """The hidden field of a form; sets the cookie with the answer where there is none yet."""
    token = getattr(request.state, "csrf_token", None) or _known(request)
    if token is None:
        token = secrets.token_urlsafe(16)
        request.state.csrf_fresh = True
    request.state.csrf_token, request.state.csrf_signed = token, _signer().sign(token).decode()
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, request.state.csrf_signed)


def finish(request: Request, answer: Response) -> None:
    if getattr(request.state, "csrf_fresh", False):
        answer.set_cookie(COOKIE, request.state.csrf_signed, httponly=True, samesite="strict", secure=running().settings.https)


async def _fields_agree(request: Request) -> bool:
    from conference.core.web import read_form

    token = _known(request)
    return token is not None and token == _opened(str((await read_form(request)).get(FIELD, "")))


def _known(request: Request) -> str | None:
    return _opened(request.cookies.get(COOKIE, ""))


def _opened(text: str) -> str | None:
    try:
        return _signer().unsign(text).decode() if text else None
    except BadSignature:
        return None


def _signer() -> Signer:
    return running().part("csrf", lambda: Signer(running().settings.secret, salt="form"))


def _origins(request: Request) -> tuple[str, str]:
    """Our own origin, as the settings say and as the browser asked for it."""
    base = urlsplit(running().settings.base_url)
    return f"{base.scheme}://{base.netloc}", f"{request.url.scheme}://{request.headers.get('host', '')}"
