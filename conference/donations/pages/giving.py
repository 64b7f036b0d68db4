"""The door for gifts: words on top, what the money is for, one short form."""

import secrets
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from conference.core import kept, passes, ratelimit
from conference.core.errors import Refused, TooMany
from conference.core.kept import page_with_gaps
from conference.core.middleware import allow_form_action
from conference.core.running import running
from conference.core.web import go, read_form, render, see_other, url
from conference.donations import actions, exports, queries
from conference.donations.forms import ANYWHERE, GiftForm
from conference.donations.models import Gift
from conference.editions.models import Edition
from conference.editions.queries import Standing, live_words, next_edition, organization, standing_of
from conference.editions.wording import say
from conference.payments.models import Method
from conference.payments.queries import checkout_origin

PAGE = "donations/donate.html"


async def network_donate(request: Request) -> Response:
    """The network's own page: its words, and the form of the edition that is on or comes next."""
    return await _fresh(request, await next_edition(), "site")


async def donate(request: Request) -> Response:
    """One short form; sent twice it is one gift."""
    edition = request.state.edition
    if request.method == "GET":
        return await _fresh(request, edition, f"edition:{edition.slug}")
    form = GiftForm.of(await queries.funds(), await read_form(request), cards=cards_taken())
    if form.validate():
        try:
            said = form.answers()
            gift = await actions.give(edition, person=request.state.person, **said | {"fund": await queries.fund_called(said["fund"])})
            return await to_gift(request, gift)
        except Refused as refusal:
            form.refuse(refusal)
    return _for_money(await render(request, PAGE, 422, **await _around(edition, form), words=None), edition)


async def _fresh(request: Request, edition: Edition | None, scope: str) -> Response:
    """The form as it begins, alike for everybody but for the word that makes it one gift; without an edition to give to, words alone."""

    async def context(gaps: Mapping[str, Any]) -> dict[str, Any]:
        form = GiftForm.of(await queries.funds(), given=fresh_answers(request) | dict(gaps), cards=cards_taken())
        words = (await live_words(edition, "donate") if request.state.edition else None) or await live_words(None, "donate")
        return await _around(edition, form) | {"words": words, "request_path": request.url.path}

    key, gaps = (edition and edition.slug, _is_coming(edition), cards_taken()), {"once": secrets.token_hex(16)}
    return _for_money(await page_with_gaps(request, PAGE, scope=scope, key=key, gaps=gaps, context=context), edition)


async def _around(edition: Edition | None, form: GiftForm) -> dict[str, Any]:
    found = await organization()
    return {
        "to": edition,
        "form": form if _is_coming(edition) else None,
        "network": found,
        "sponsor": found.sponsor if found else {},
        "thermometers": await queries.thermometers(),
        "say": say,
    }


def _is_coming(edition: Edition | None) -> bool:
    return edition is not None and standing_of(edition) is not Standing.PAST


def _for_money(answer: Response, edition: Edition | None) -> Response:
    if _is_coming(edition):
        may_lead_to_checkout(answer)
    return answer


def fresh_answers(request: Request) -> dict[str, Any]:
    """What a new form begins with, but for its word."""
    way = str(Method.CARD if cards_taken() else Method.CHECK)
    return {"language": request.state.language, "amount": "2000", "fund": ANYWHERE, "way": way}


async def to_gift(request: Request, gift: Gift) -> Response:
    """On to Checkout where a card is to pay, else to the gift; either way this browser may open it."""
    answer = await to_checkout(request, gift) if gift.way is Method.CARD else see_other(request, "donations.gift", code=gift.code)
    passes.grant(request, answer, queries.token_of(gift))
    return answer


async def to_checkout(request: Request, gift: Gift) -> Response:
    """303 to Checkout; to the gift, which says what else can be done, when the card service is away."""
    try:
        return go(await actions.pay(gift, url(request, "donations.gift", code=gift.code)))
    except Refused:
        return see_other(request, "donations.gift", code=gift.code, card="away")


def cards_taken() -> bool:
    """Whether there is anybody to take cards: Stripe, or its stand-in of the demo."""
    return bool(running().settings.stripe_key.get_secret_value())


def may_lead_to_checkout(answer: Response) -> None:
    """A form of this page may end up at Checkout."""
    if origin := checkout_origin():
        allow_form_action(answer.headers, origin)  # type: ignore[arg-type]


async def blank_slip(request: Request) -> Response:
    """To print and send with a check, without telling us before; made once per version and language."""
    edition = request.state.edition
    body = await kept.once(f"edition:{edition.slug}", f"donations.slip:{request.state.language}", lambda: exports.blank_slip(edition))
    return pdf_answer(body, "slip.pdf")


def pdf_answer(body: bytes, name: str) -> Response:
    return Response(body, media_type="application/pdf", headers={"content-disposition": f'inline; filename="{name}"'})


async def may_make_pdf(request: Request) -> None:
    """PDFs are made while somebody waits: not too many for one. Raises TooMany."""
    if not await ratelimit.count(ratelimit.FORMS, "donations.pdf", request.client.host if request.client else "-"):
        raise TooMany()
