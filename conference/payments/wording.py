"""How payments, refunds and accounts are named to people."""

from conference.core.i18n import _, format_money, lazy
from conference.editions.wording import say
from conference.payments.ledger import fund_of
from conference.payments.models import CheckState, Fund, Method, Payment, PaymentState, Reason, RefundState, WayBack

STATE_NAMES = {
    PaymentState.OPEN: lazy("Not paid yet"),
    PaymentState.PROCESSING: lazy("On its way from the bank"),
    PaymentState.AUTHORISED: lazy("Card accepted, not charged yet"),
    PaymentState.CAPTURING: lazy("Being charged"),
    PaymentState.CAPTURED: lazy("Paid"),
    PaymentState.VOIDING: lazy("Card is being let go"),
    PaymentState.VOIDED: lazy("Card not charged"),
    PaymentState.FAILED: lazy("Did not go through"),
    PaymentState.EXPIRED: lazy("Not paid in time"),
}
STATE_KINDS = {
    PaymentState.OPEN: "wait", PaymentState.PROCESSING: "wait", PaymentState.AUTHORISED: "wait", PaymentState.CAPTURING: "wait",
    PaymentState.CAPTURED: "good", PaymentState.VOIDING: "wait", PaymentState.VOIDED: "plain", PaymentState.FAILED: "bad", PaymentState.EXPIRED: "plain",
}  # fmt: skip
METHOD_NAMES = {
    Method.CARD: lazy("Card"),
    Method.BANK_DEBIT: lazy("Bank debit"),
    Method.CHECK: lazy("Check"),
    Method.CASH: lazy("Cash"),
}
REASON_NAMES = {
    Reason.CANCELLED: lazy("Registration cancelled"),
    Reason.NO_PLACE: lazy("No place was left"),
    Reason.EXCEPTION: lazy("Decided by the treasurer"),
    Reason.STRAY: lazy("Came by mistake"),
    Reason.AT_STRIPE: lazy("Made at Stripe"),
    Reason.DISPUTE: lazy("Taken back by the card's bank"),
}
REFUND_NAMES = {
    RefundState.ASKED: lazy("Under way"),
    RefundState.MADE: lazy("Paid back"),
    RefundState.FAILED: lazy("Did not go through"),
}
TROUBLE_NAMES = {
    "paid twice": lazy("Paid twice; the second payment was not kept"),
    "another amount": lazy("Another amount came than was asked for; it was not kept"),
    "card refused at the end": lazy("The card was refused when it was to be charged"),
    "let go by the bank": lazy("The bank let the card go before it was charged"),
    "bank refused": lazy("The bank debit was refused"),
    "refund refused": lazy("Stripe refused a refund"),
    "refund came back": lazy("A refund came back: the payer's bank could not take it"),
    "disputed": lazy("The payer disputes this at the bank; answer at Stripe"),
    "dispute won": lazy("A dispute was decided for us"),
    "check bounced": lazy("The bank did not pay the check; it is a promise again"),
    "bounced late": lazy("The bank did not pay the check, and money of it had been given back"),
    "dispute lost": lazy("A dispute was decided against us; the money is gone"),
}
WAY_BACK_NAMES = {
    WayBack.CHECK: lazy("Their check, given back"),
    WayBack.CASH: lazy("Cash"),
    WayBack.BANK: lazy("A check or transfer of ours"),
}
CHECK_NAMES = {
    CheckState.RECEIVED: lazy("In our hands"),
    CheckState.WRONG_PAYEE: lazy("Made out to somebody else"),
    CheckState.STALE: lazy("Too old"),
    CheckState.DEPOSITED: lazy("Taken to the bank"),
    CheckState.BOUNCED: lazy("Not paid by the bank"),
    CheckState.RETURNED: lazy("Sent back"),
}
CHECK_KINDS = {
    CheckState.RECEIVED: "wait", CheckState.WRONG_PAYEE: "warn", CheckState.STALE: "warn", CheckState.DEPOSITED: "good", CheckState.BOUNCED: "bad",
    CheckState.RETURNED: "plain",
}  # fmt: skip
MOVEMENT_NAMES = {
    "paid": lazy("Paid"),
    "refunded": lazy("Paid back"),
    "refund came back": lazy("A refund came back"),
    "came by mistake": lazy("Came by mistake"),
    "came in part": lazy("Came in part"),
    "deposited": lazy("Taken to the bank"),
    "bank": lazy("Found on the bank's list"),
    "check bounced": lazy("Not paid by the bank"),
    "left as a gift": lazy("Left as a gift"),
}
ACCOUNT_NAMES = {
    "stripe": lazy("At Stripe"),
    "checks": lazy("Checks"),
    "deposited": lazy("On the way into the bank"),
    "bank": lazy("In the bank"),
    "cash": lazy("Cash"),
    "income:value": lazy("For places and meals"),
    "income:fee": lazy("Fees"),
    "income:gift": lazy("Gifts"),
    "part": lazy("Came in part"),
    "lost": lazy("Lost: given back before the check was not paid"),
    "owed": lazy("To go back"),
}


def state_name(payment: Payment) -> str:
    """How a payment goes, in words."""
    if payment.part and payment.state is PaymentState.OPEN:
        missing = format_money(payment.cents - payment.part, payment.currency)
        return _("Came in part, %(amount)s missing") % {"amount": missing}
    if payment.promised and payment.state is PaymentState.OPEN:
        return _("Check or cash promised")
    if payment.state is PaymentState.CAPTURED and payment.refunded == payment.cents:
        return _("Paid and given back")
    return str(STATE_NAMES[payment.state])


def account_name(account: str, funds: dict[str, Fund]) -> str:
    """The name of an account; gifts for a fund name it."""
    slug = fund_of(account)
    if slug is None:
        return str(ACCOUNT_NAMES.get(account, account))
    return _("Gifts for: %(fund)s") % {"fund": say(funds[slug].title) if slug in funds else slug}
