"""What people wrote to a chapter or to the network: opened one by one, then passed on or dropped."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from conference.core.errors import Refused
from conference.core.web import render, see_other, url
from conference.editions import actions, queries
from conference.editions.forms import MESSAGE_STATES
from conference.editions.models import ContactMessage, MessageState


async def messages(request: Request) -> Response:
    """Those that wait, or those in another state: whom they are for and when they came, never what they say."""
    asked = request.query_params.get("state", "")
    state = MessageState(asked) if asked in list(MessageState) else MessageState.WAITING
    found = await queries.messages(state, _id(request.query_params.get("after", "")))
    shown = found[: queries.MESSAGES_AT_ONCE]
    more = url(request, "editions.office.messages", state=str(state), after=shown[-1].id) if len(found) > len(shown) else None
    return await render(request, "editions/office/messages.html", messages=shown, more=more, state=state, states=MESSAGE_STATES)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def message(request: Request) -> Response:
    return await _show(request, await queries.message(request.path_params["message"]))


async def open_message(request: Request) -> Response:
    """Its words and how to answer, written down before they are shown."""
    found = await queries.message(request.path_params["message"])
    return await _show(request, found, opened=await actions.open_message(found, by=request.state.person.id))


async def pass_on(request: Request) -> Response:
    return await _end(request, actions.pass_on)


async def drop_message(request: Request) -> Response:
    return await _end(request, actions.drop_message)


async def _end(request: Request, end: object) -> Response:
    found = await queries.message(request.path_params["message"])
    try:
        await end(found, by=request.state.person.id)  # type: ignore[operator]
    except Refused as refusal:
        return await _show(request, found, refusal=refusal.message, status=422)
    return see_other(request, "editions.office.messages")


async def _show(request: Request, found: ContactMessage, *, opened: object = None, refusal: str = "", status: int = 200) -> Response:
    address = await queries.address_for(found)
    return await render(request, "editions/office/message.html", status, message=found, opened=opened, refusal=refusal, address=address, states=MESSAGE_STATES)
