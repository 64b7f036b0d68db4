"""Taking money and giving it back.

Cards: ``open`` → Tx A ``authorised`` → (the place is sure) ``capturing`` → Stripe captures → Tx B ``captured``. Every step is a
conditional UPDATE, so that of two who try one wins; what Stripe says is asked for anew and never taken from an event. Whoever
changes a payment and what it is for in one transaction begins with the payment (``lock_payment``).
"""

from conference.payments.actions.asking import (
    CHECKOUT_LASTS,
    Line,
    close_checkout,
    expire_checkout,
    give_up,
    open_checkout,
    open_payment,
    promise,
)
from conference.payments.actions.booking import NotOpen, lock_payment, open_fund
from conference.payments.actions.giving import NotToPay, TooMuchBack, ask_refund, compare_with_stripe, paid_back, refund
from conference.payments.actions.hearing import HEARD, handle_event, reconcile, remember_event
from conference.payments.actions.settling import ask_capture, ask_void, look_at, settle
from conference.payments.actions.taking import capture, let_go, receive, see_trouble, void
from conference.payments.stripe_client import CardsNotTaken, StripeAway

__all__ = [
    "CHECKOUT_LASTS",
    "HEARD",
    "CardsNotTaken",
    "Line",
    "NotOpen",
    "NotToPay",
    "StripeAway",
    "TooMuchBack",
    "ask_capture",
    "ask_refund",
    "ask_void",
    "capture",
    "close_checkout",
    "compare_with_stripe",
    "expire_checkout",
    "give_up",
    "handle_event",
    "let_go",
    "lock_payment",
    "look_at",
    "open_checkout",
    "open_fund",
    "open_payment",
    "paid_back",
    "promise",
    "receive",
    "reconcile",
    "refund",
    "remember_event",
    "see_trouble",
    "settle",
    "void",
]
