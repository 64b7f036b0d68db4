"""The hosted page where somebody pays, or does as if: plain HTML in English and Spanish, without scripts."""

from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from conference.demo.stripe.double import StripeDouble

Thing = dict[str, Any]
WORDS = {
    "en": {
        "demo": "Demo payment, no money moves",
        "about": "This page stands in for Stripe's. Choose how the payment shall go; there is nothing to fill in.",
        "total": "To pay",
        "card": "Pay by card",
        "declined": "Try a card that is declined",
        "bank": "Pay by bank debit",
        "back": "Go back",
        "refused": "The card was declined. Nothing was paid. Choose another way, or go back.",
        "over": "This payment page has expired. Nothing was paid.",
        "done": "This payment was already made.",
        "on": "Continue",
        "lost": "There is no such payment page.",
    },
    "es": {
        "demo": "Pago de demostración, no se mueve dinero",
        "about": "Esta página sustituye a la de Stripe. Elija cómo debe ir el pago; no hay nada que rellenar.",
        "total": "A pagar",
        "card": "Pagar con tarjeta",
        "declined": "Probar una tarjeta rechazada",
        "bank": "Pagar con débito bancario",
        "back": "Volver",
        "refused": "La tarjeta fue rechazada. No se pagó nada. Elija otra forma o vuelva.",
        "over": "Esta página de pago ha caducado. No se pagó nada.",
        "done": "Este pago ya se hizo.",
        "on": "Continuar",
        "lost": "No existe esa página de pago.",
    },
}
STYLE = """
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 32rem; padding: 1.5rem; font: 1.125rem/1.5 system-ui, sans-serif; }
.demo { margin: 0; padding: .75rem 1rem; border: 2px solid; border-radius: .5rem; font-weight: 700; }
.alert { padding: .75rem 1rem; border-inline-start: .5rem solid #b3261e; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .5rem 0; text-align: start; vertical-align: top; border-bottom: 1px solid; font-weight: 400; }
td { text-align: end; white-space: nowrap; }
tfoot th, tfoot td { border: 0; font-size: 1.5rem; font-weight: 700; }
form { display: grid; gap: .75rem; margin: 1.5rem 0; }
button { min-height: 3rem; padding: .5rem 1rem; border: 2px solid; border-radius: .5rem;
  background: none; color: inherit; font: inherit; cursor: pointer; }
button:first-child { background: #1a5fb4; border-color: #1a5fb4; color: #fff; }
:focus-visible { outline: 3px solid #e5a50a; outline-offset: 2px; }
"""


async def show(double: "StripeDouble", request: Request) -> Response:
    """The page of a session: to pay, or what became of it."""
    session = double.find_session(request.path_params["id"])
    if not session:
        words = WORDS[_language(request, None)]
        return _page(double, request, None, f"<h1>{words['lost']}</h1>", 404)
    return _state(double, request, session)


async def act(double: "StripeDouble", request: Request) -> Response:
    """Pays as the button says. A second press changes nothing and goes the same way."""
    session = double.find_session(request.path_params["id"])
    if not session:
        return await show(double, request)
    how = str((await request.form()).get("how", ""))
    if session["status"] == "open" and how in _ways(session):
        double.pay(session["id"], how)
        if session["status"] == "open":
            return _state(double, request, session, refused=True)
    if session["status"] == "complete":
        return RedirectResponse(_success_url(session), 303)
    return _state(double, request, session)


def style() -> Response:
    return Response(STYLE, media_type="text/css", headers={"cache-control": "max-age=3600"})


def _state(double: "StripeDouble", request: Request, session: Thing, *, refused: bool = False) -> Response:
    words = WORDS[_language(request, session)]
    if session["status"] == "complete":
        body = f'<h1>{words["done"]}</h1><p><a href="{escape(_success_url(session))}">{words["on"]}</a></p>'
        return _page(double, request, session, body, 200)
    if session["status"] == "expired":
        return _page(double, request, session, f"<h1>{words['over']}</h1>{_back(session, words)}", 410)
    return _page(double, request, session, _to_pay(session, words, refused), 402 if refused else 200)


def _to_pay(session: Thing, words: dict[str, str], refused: bool) -> str:
    alert = f'<p class="alert" role="alert">{words["refused"]}</p>' if refused else ""
    total = _money(session["amount_total"], session)
    rows = "".join(_row(line, session) for line in session["_lines"])
    buttons = "".join(f'<button name="how" value="{way}">{words[way]}</button>' for way in _ways(session))
    return (
        f"<h1>{words['total']}: {total}</h1>{alert}<p>{words['about']}</p>"
        f"<table><tbody>{rows}</tbody>"
        f'<tfoot><tr><th scope="row">{words["total"]}</th><td>{total}</td></tr></tfoot></table>'
        f'<form method="post">{buttons}</form>{_back(session, words)}'
    )


def _row(line: Thing, session: Thing) -> str:
    times = f" × {line['quantity']}" if line["quantity"] > 1 else ""
    more = f"<br><small>{escape(line['description'])}</small>" if line["description"] else ""
    return (
        f'<tr><th scope="row">{escape(line["name"])}{times}{more}</th><td>{_money(line["amount"], session)}</td></tr>'
    )


def _ways(session: Thing) -> list[str]:
    cards = ["card", "declined"] if "card" in session["payment_method_types"] else []
    return cards + (["bank"] if "us_bank_account" in session["payment_method_types"] else [])


def _back(session: Thing, words: dict[str, str]) -> str:
    return f'<p><a href="{escape(session["cancel_url"])}">{words["back"]}</a></p>' if session["cancel_url"] else ""


def _money(amount: int, session: Thing) -> str:
    """``120.00 USD``, in Spanish ``120,00 USD``."""
    text = f"{amount // 100}.{amount % 100:02d}"
    if _spanish(session["locale"]):
        text = text.replace(".", ",")
    return f"{text} {session['currency'].upper()}"


def _page(double: "StripeDouble", request: Request, session: Thing | None, body: str, status: int) -> Response:
    language = _language(request, session)
    title = WORDS[language]["demo"]
    html = (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="stylesheet" href="{escape(urlsplit(double.base_url).path)}/c/style.css"></head>'
        f'<body><main><p class="demo">{title}</p>{body}</main></body></html>\n'
    )
    headers = {
        "content-security-policy": _policy(session),
        "cache-control": "no-store",
        "referrer-policy": "same-origin",
    }
    return HTMLResponse(html, status, headers=headers)


def _policy(session: Thing | None) -> str:
    """Browsers hold the answer of a form, too, against ``form-action``: so the shop's origin is in it."""
    shop = f" {_origin(session['success_url'])}" if session else ""
    return f"default-src 'none'; style-src 'self'; form-action 'self'{shop}; base-uri 'none'; frame-ancestors 'none'"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _success_url(session: Thing) -> str:
    return session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])


def _language(request: Request, session: Thing | None) -> str:
    asked = session and session["locale"]
    if asked in (None, "auto"):
        asked = request.headers.get("accept-language", "en")
    return "es" if _spanish(asked) else "en"


def _spanish(locale: str | None) -> bool:
    return (locale or "").lower().startswith("es")
