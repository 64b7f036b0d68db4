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
from conference.payments.actions.batches import MOST_IN_BATCH, CheckGone, InBankAlready, batch_in_bank, make_batch
from conference.payments.actions.booking import NotOpen, change_fund, lock_payment, open_fund
from conference.payments.actions.checks import GOOD_FOR, NotEnough, NotHere, bounce, record_check, send_back
from conference.payments.actions.giving import NoSuchCheck, NotToPay, TooMuchBack, ask_refund, compare_with_stripe, paid_back, refund
from conference.payments.actions.hearing import HEARD, handle_event, reconcile, remember_event
from conference.payments.actions.leaving import leave_as_gift
from conference.payments.actions.receipts import NoSponsor, NothingGiven, NotInForce, NotThereYet, issue_receipt, printed, send_on_paper, void_receipt
from conference.payments.actions.settling import ask_capture, ask_void, look_at, settle
from conference.payments.actions.taking import capture, let_go, receive, see_trouble, void
from conference.payments.stripe_client import CardsNotTaken, StripeAway

__all__ = [
    "CHECKOUT_LASTS",
    "GOOD_FOR",
    "HEARD",
    "MOST_IN_BATCH",
    "CardsNotTaken",
    "CheckGone",
    "InBankAlready",
    "Line",
    "NoSponsor",
    "NotEnough",
    "NotHere",
    "NotInForce",
    "NotOpen",
    "NotThereYet",
    "NoSuchCheck",
    "NotToPay",
    "NothingGiven",
    "StripeAway",
    "TooMuchBack",
    "ask_capture",
    "ask_refund",
    "ask_void",
    "batch_in_bank",
    "bounce",
    "capture",
    "change_fund",
    "close_checkout",
    "compare_with_stripe",
    "expire_checkout",
    "give_up",
    "handle_event",
    "issue_receipt",
    "leave_as_gift",
    "let_go",
    "lock_payment",
    "look_at",
    "make_batch",
    "open_checkout",
    "open_fund",
    "open_payment",
    "paid_back",
    "printed",
    "promise",
    "receive",
    "reconcile",
    "record_check",
    "refund",
    "remember_event",
    "see_trouble",
    "send_back",
    "send_on_paper",
    "settle",
    "void",
    "void_receipt",
]
