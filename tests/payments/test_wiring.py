"""How the app comes to its Stripe: the key, the double inside the demo, the double on another origin; and nothing before it is needed."""

import subprocess
import sys

import pytest
from pydantic import SecretStr

from conference.app import App
from conference.payments import queries
from conference.payments.stripe_client import CardsNotTaken, client
from conference.settings import Settings

LAZY = """
import sys
from conference.app import create_app
from conference.settings import Settings
create_app(Settings(secret_key="a secret for tests that is long enough", demo=True))
print(sorted({name.split(".")[0] for name in sys.modules} & {"stripe", "httpx"}))
"""


def made(**given):
    return App(Settings(secret_key="a secret for tests that is long enough", **given))


def test_the_sdk_is_not_loaded_before_somebody_pays():
    done = subprocess.run([sys.executable, "-c", LAZY], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_demo_has_the_double_inside_and_a_signing_secret():
    app = made(demo=True)
    assert ("stripe" in app.context.parts, "stripe.double" in app.context.parts) == (False, False)
    assert app.context.settings.stripe_webhook_secret.get_secret_value().startswith("whsec_")
    assert (client().v1 is not None, "stripe.double" in app.context.parts, queries.checkout_origin()) == (True, True, "")
    assert [route.name for route in app.routes].count("demo.stripe") == 1


def test_a_double_on_another_origin_is_asked_there():
    app = made(demo=True, stripe_api="http://127.0.0.1:9999", stripe_webhook_secret=SecretStr("whsec_told"))
    assert app.context.settings.stripe_webhook_secret.get_secret_value() == "whsec_told"
    assert client()._requestor._options.base_addresses["api"] == "http://127.0.0.1:9999"
    assert ("stripe.double" in app.context.parts, queries.checkout_origin()) == (False, "http://127.0.0.1:9999")
    assert [route.name for route in app.routes].count("demo.stripe") == 0


def test_without_a_key_cards_are_not_taken():
    made()
    with pytest.raises(CardsNotTaken):
        client()


def test_with_a_key_stripe_itself_is_asked():
    app = made(stripe_key=SecretStr("sk_test_own"))
    assert (client()._requestor._options.api_key, queries.checkout_origin()) == ("sk_test_own", "https://checkout.stripe.com")
    assert "stripe.double" not in app.context.parts


async def test_the_page_to_pay_is_on_our_own_address(till, visitor):
    await till.open()
    order = await till.order()
    session = await till.checkout(order)
    page = await visitor.get(f"/demo/stripe/c/pay/{session}")
    assert (page.status_code, "no money moves" in page.text) == (200, True)
    answer = await visitor.post(f"/demo/stripe/c/pay/{session}", data={"how": "card"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"http://conference.test/2027/orders/{order.code}")
