"""Rules of Stripe for a Checkout Session that its types do not tell."""

from typing import Any
from urllib.parse import urlsplit

from conference.demo.stripe.errors import StripeRefusal, not_served
from conference.demo.stripe.spec import missing

LEAST = {"usd": 50, "eur": 50, "cad": 50, "gbp": 30, "mxn": 1000}
SOONEST, LATEST = 30 * 60, 24 * 3600
ACCOUNT_TAKES = ("card", "us_bank_account")
MOST_LINES = 100
UNSERVED = {
    "after_expiration", "customer", "customer_account", "discounts", "managed_payments", "optional_items", "return_url",
    "payment_method_configuration", "setup_intent_data", "shipping_options", "subscription_data",
    "redirect_on_completion",
}  # fmt: skip


def check_session(params: dict[str, Any], epoch: int) -> None:
    """Refuses what Stripe would refuse, and loudly what the double cannot do."""
    for name in ("mode", "success_url", "line_items"):
        if not params.get(name):
            raise missing(name)
    if params["mode"] != "payment" or params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_served("anything but mode=payment on the hosted page")
    for name in sorted(UNSERVED & params.keys()):
        raise not_served(f"the parameter {name}")
    for name in ("success_url", "cancel_url"):
        _check_url(name, params.get(name))
    _check_words(params)
    _check_expiry(params.get("expires_at"), epoch)


def _check_url(name: str, url: str | None) -> None:
    """Test mode takes http as well as https."""
    parts = urlsplit(url or "https://none")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise StripeRefusal("Not a valid URL", code="url_invalid", param=name)


def _check_words(params: dict[str, Any]) -> None:
    email = params.get("customer_email", "a@a")
    if email.count("@") != 1 or email.startswith("@") or email.endswith("@") or " " in email:
        raise StripeRefusal(f"Invalid email address: {email}", code="email_invalid", param="customer_email")
    if len(params.get("client_reference_id", "")) > 200:
        raise StripeRefusal("Invalid string: at most 200 characters", param="client_reference_id")
    suffix = params.get("payment_intent_data", {}).get("statement_descriptor_suffix", "A")
    if len(suffix) > 22 or not any(letter.isalpha() for letter in suffix) or set(suffix) & set("<>\\'\"*"):
        raise StripeRefusal(
            "The statement descriptor suffix has at most 22 characters, a letter among them, and none of <>\\'\"*.",
            param="payment_intent_data[statement_descriptor_suffix]",
        )


def _check_expiry(expires_at: int | None, epoch: int) -> None:
    if expires_at is None:
        return
    if expires_at < epoch + SOONEST:
        raise StripeRefusal(
            "`expires_at` must be at least 30 minutes after the session is created.", param="expires_at"
        )
    if expires_at > epoch + LATEST:
        raise StripeRefusal("`expires_at` must be at most 24 hours after the session is created.", param="expires_at")


def priced_lines(params: dict[str, Any]) -> tuple[list[dict[str, Any]], int, str]:
    """Lines ``{"name", "description", "quantity", "amount"}``, their total in the smallest unit, and the currency."""
    if len(params["line_items"]) > MOST_LINES:
        raise StripeRefusal(f"A session has at most {MOST_LINES} line items.", param="line_items")
    lines = [_priced_line(item, f"line_items[{place}]") for place, item in enumerate(params["line_items"])]
    currencies = {line.pop("currency") for line in lines} | {params.get("currency", "").lower()} - {""}
    if len(currencies) != 1:
        raise StripeRefusal("All line items must have the session's one currency.", param="line_items")
    (currency,) = currencies
    total = sum(line["amount"] for line in lines)
    _check_total(total, currency)
    return lines, total, currency


def _priced_line(item: dict[str, Any], name: str) -> dict[str, Any]:
    if "price" in item:
        raise StripeRefusal(f"No such price: '{item['price']}'", code="resource_missing", param=f"{name}[price]")
    if "price_data" not in item:
        raise missing(f"{name}[price_data]")
    price = item["price_data"]
    for part in ("unit_amount", "product_data"):
        if part not in price:
            raise missing(f"{name}[price_data][{part}]")
    if "recurring" in price:
        raise StripeRefusal("Recurring prices need mode=subscription.", param=f"{name}[price_data][recurring]")
    quantity = item.get("quantity")
    if quantity is None:
        raise missing(f"{name}[quantity]")
    if price["unit_amount"] < 0 or quantity < 1:
        raise StripeRefusal(
            "Amounts are not negative and quantities at least 1.", code="parameter_invalid_integer", param=name
        )
    product = price["product_data"]
    return {
        "name": product["name"],
        "description": product.get("description"),
        "quantity": quantity,
        "amount": price["unit_amount"] * quantity,
        "currency": price["currency"].lower(),
    }


def _check_total(total: int, currency: str) -> None:
    if currency not in LEAST:
        raise StripeRefusal(f"Invalid currency: {currency}. This stand-in knows {', '.join(LEAST)}.", param="currency")
    if total < LEAST[currency]:
        least = f"{LEAST[currency] / 100:.2f} {currency}"
        raise StripeRefusal(
            f"The session's total must be at least {least}.", code="amount_too_small", param="line_items"
        )
    if total > 99_999_999:
        raise StripeRefusal(
            "The session's total must have at most 8 digits.", code="amount_too_large", param="line_items"
        )


def methods_offered(params: dict[str, Any], currency: str) -> list[str]:
    """The payment methods of a session: what the account takes, narrowed by currency, by capture and by the request.

    Stripe leaves out methods that cannot be captured by hand where the whole session is; the double refuses the
    request if it named such a method, since a way to pay that disappears without a word is a bug found late.
    """
    allowed, excluded = params.get("allowed_payment_method_types"), params.get("excluded_payment_method_types", [])
    if allowed is not None and excluded:
        raise StripeRefusal(
            "`allowed_payment_method_types` and `excluded_payment_method_types` exclude each other.",
            param="allowed_payment_method_types",
        )
    by_hand = params.get("payment_intent_data", {}).get("capture_method") == "manual"
    if by_hand and "us_bank_account" in (allowed or []):
        raise StripeRefusal(
            "us_bank_account cannot be captured manually; set payment_method_options[card][capture_method] instead.",
            param="payment_intent_data[capture_method]",
        )
    fitting = [method for method in ACCOUNT_TAKES if method == "card" or (currency == "usd" and not by_hand)]
    offered = [method for method in fitting if (allowed is None or method in allowed) and method not in excluded]
    if not offered:
        raise StripeRefusal(
            "No valid payment method types for this Checkout Session.", param="allowed_payment_method_types"
        )
    return offered
