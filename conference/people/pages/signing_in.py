"""Signing in: an address, a letter, a link, a button."""

from starlette.requests import Request
from starlette.responses import Response

from conference.core import csrf, links, ratelimit
from conference.core.errors import NotFound, ProofNeeded, Refused
from conference.core.running import running
from conference.core.web import SAFE, go, read_form, render, see_other, show_refusal, url
from conference.people import access, actions, queries
from conference.people.forms import SignInForm

LINK_COOKIE = "sign_in_link"


async def sign_in(request: Request) -> Response:
    back_to = request.query_params.get("next", "")
    if request.method == "GET":
        return await render(request, "people/sign_in.html", form=SignInForm(given={"back_to": back_to}))
    form = SignInForm(await read_form(request))
    if not form.validate():
        return await render(request, "people/sign_in.html", 422, form=form)
    if await _may_have_a_letter(request, form.email.data):
        await actions.ask_for_link(form.email.data, request.state.language, form.back_to.data or "/my")
    return await render(request, "people/link_sent.html")


async def _may_have_a_letter(request: Request, email: str) -> bool:
    """A few an hour to one address; and to addresses nobody has used here, a bounded number from one place. The answer tells neither."""
    if not await ratelimit.count(ratelimit.LETTERS, email.lower()):
        return False
    place = request.client.host if request.client else ""
    return await queries.person_by_email(email) is not None or await ratelimit.count(ratelimit.FORMS, "sign-in", place)


async def open_link(request: Request) -> Response:
    """The first GET of a sign-in link: the token goes into a cookie, the address becomes clean. What is no token at all never worked."""
    if links.row_of(request.path_params["token"]) is None:
        return await render(request, "people/link_over.html", 404)
    answer = see_other(request, "people.use_link")
    answer.set_cookie(LINK_COOKIE, request.path_params["token"], max_age=3600, httponly=True, samesite="lax", secure=running().settings.https)
    return answer


async def use_link(request: Request) -> Response:
    try:
        link = await queries.open_link(request.cookies.get(LINK_COOKIE, ""))
    except NotFound:
        return await render(request, "people/link_over.html", 404)
    if request.method == "GET":
        return await render(request, "people/use_link.html", address=queries.email_of(link.person))
    secret = await actions.sign_in(link)
    answer = go(link.back_to)
    access.give_cookie(answer, secret)
    answer.delete_cookie(LINK_COOKIE)
    return answer


async def sign_out(request: Request) -> Response:
    if request.method == "GET":
        return await render(request, "people/sign_out.html")
    await actions.sign_out(request.cookies.get(access.COOKIE, ""))
    answer = go("/")
    answer.delete_cookie(access.COOKIE)
    return answer


async def ask_to_sign_in(request: Request, refusal: Refused) -> Response:
    """What somebody gets instead of an own page who is signed out, or has to show the second step; what they had typed is kept to be sent again."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    door = "people.prove" if isinstance(refusal, ProofNeeded) else "people.sign_in"
    if request.method in SAFE:
        return go(url(request, door, next=here if actions.is_ours(here) else None))
    try:
        await csrf.check(request)  # another site's words are not to be sent with one press of a button
        sent = await read_form(request)
    except Refused as another:
        return await show_refusal(request, another)
    words = [(name, value) for name, value in sent.multi_items() if isinstance(value, str) and name != csrf.FIELD]
    files = any(not isinstance(value, str) for _name, value in sent.multi_items())
    await request.close()
    back_to = request.url.path if "GET" in request.state.page.methods and actions.is_ours(request.url.path) else None
    answer = await render(request, "people/signed_out.html", 401, words=words, files=files, sent_to=here, door=url(request, door, next=back_to), prove=door == "people.prove")
    answer.headers["cache-control"] = "no-store"
    csrf.finish(request, answer)
    return answer
