"""A stand-in for Stripe, for the demo and the tests; it stands alone and knows nothing of the conference."""

from conference.demo.stripe.client import async_client
from conference.demo.stripe.double import StripeDouble
from conference.demo.stripe.errors import StripeRefusal

__all__ = ["StripeDouble", "StripeRefusal", "async_client"]
