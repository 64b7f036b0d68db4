"""What happens to money at Stripe: sessions, payment intents, charges, refunds, disputes, and the events that tell.

Each function changes the store and emits events; who calls saves. The amounts are in the currency's smallest unit.
"""

from collections.abc import Callable
from typing import Any

import stripe

from conference.demo.stripe.errors import StripeRefusal, not_served
from conference.demo.stripe.objects import NO_ADDRESS, new_object, shown
from conference.demo.stripe.rules import LATEST, check_session, methods_offered, priced_lines
from conference.demo.stripe.store import Store

Thing = dict[str, Any]
AUTHORISED_FOR = 7 * 86400
DECLINED = {
    "type": "card_error",
    "code": "card_declined",
    "decline_code": "generic_decline",
    "message": "Your card was declined.",
}
BANK_FAILED = {
    "type": "invalid_request_error",
    "code": "payment_intent_payment_attempt_failed",
    "message": "The customer's bank account could not be debited.",
}


class Machine:
    """``cause`` is the request being served, for its events; None where a payer, a bank or the dashboard acts."""

    def __init__(self, store: Store, epoch: Callable[[], int], base_url: str, tell: Callable[[Thing], None]) -> None:
        self.store = store
        self.epoch = epoch
        self.base_url = base_url.rstrip("/")
        self.tell = tell
        self.cause: Thing | None = None
        self._next_expiry = 0

    def get(self, key: str, kind: str, param: str = "id") -> Thing:
        found = self.store.find(key, kind)
        if not found:
            word = kind.replace("checkout.session", "checkout session").replace("_", " ")
            status = 404 if param == "id" else 400
            raise StripeRefusal(f"No such {word}: '{key}'", status=status, code="resource_missing", param=param)
        return found

    # Sessions

    def create_session(self, params: Thing) -> Thing:
        check_session(params, self.epoch())
        lines, total, currency = priced_lines(params)
        plain = ("cancel_url", "client_reference_id", "customer_email", "locale", "success_url", "submit_type")
        listed = ("allowed_payment_method_types", "excluded_payment_method_types")
        session = new_object(
            "checkout.session",
            self.epoch(),
            **{name: params.get(name) for name in plain + listed},
            amount_subtotal=total,
            amount_total=total,
            currency=currency,
            expires_at=params.get("expires_at", self.epoch() + LATEST),
            metadata=params.get("metadata", {}),
            payment_method_options=params.get("payment_method_options", {}),
            payment_method_types=methods_offered(params, currency),
            _intent=params.get("payment_intent_data", {}),
            _lines=lines,
        )
        self._next_expiry = min(self._next_expiry, session["expires_at"])
        return self.store.add(session | {"url": f"{self.base_url}/c/pay/{session['id']}"})

    def expire_session(self, session: Thing) -> Thing:
        if session["status"] != "open":
            raise StripeRefusal(
                'Only Checkout Sessions with a status in ["open"] can be expired. '
                f"This Checkout Session has a status of {session['status']}."
            )
        self.store.change(session, status="expired", url=None)
        if session["payment_intent"]:
            self._close_intent(self.get(session["payment_intent"], "payment_intent"), "automatic")
        self._emit("checkout.session.expired", session)
        return session

    def expire_due(self) -> None:
        """Expires sessions whose time is up; looks at them only when the first one is due."""
        if self.epoch() < self._next_expiry:
            return
        for session in self._open_sessions():
            if session["expires_at"] <= self.epoch():
                self.expire_session(session)
        self._next_expiry = min(
            (session["expires_at"] for session in self._open_sessions()), default=self.epoch() + LATEST
        )

    def _open_sessions(self) -> list[Thing]:
        return [session for session in self.store.of("checkout.session") if session["status"] == "open"]

    # The payer

    def pay_by_card(self, session: Thing) -> None:
        intent = self._intent_of(session)
        by_hand = self._captured_by_hand(session)
        charge = self._new_charge(intent, "card", status="succeeded", paid=True)
        self.store.change(intent, latest_charge=charge["id"], last_payment_error=None)
        self.store.change(session, status="complete", url=None, customer_details=_payer(session))
        if by_hand:
            self.store.change(intent, status="requires_capture", amount_capturable=intent["amount"])
            self._emit("payment_intent.amount_capturable_updated", intent)
        else:
            self._succeed(intent, charge, intent["amount"])
        self._emit("charge.succeeded", charge)
        self._emit("checkout.session.completed", session)

    def decline_card(self, session: Thing) -> None:
        """The session stays open, and the payer may try again."""
        intent = self._intent_of(session)
        charge = self._new_charge(
            intent, "card", status="failed", failure_code="card_declined", failure_message=DECLINED["message"]
        )
        self._fail(intent, charge, DECLINED)

    def pay_by_bank(self, session: Thing) -> None:
        intent = self._intent_of(session)
        charge = self._new_charge(intent, "us_bank_account", status="pending")
        self.store.change(intent, status="processing", latest_charge=charge["id"], last_payment_error=None)
        self.store.change(session, status="complete", url=None, customer_details=_payer(session))
        self._emit("payment_intent.processing", intent)
        self._emit("checkout.session.completed", session)

    def settle_bank(self, intent: Thing, *, paid: bool) -> None:
        """The bank answers, days after the payer went away."""
        if intent["status"] != "processing":
            raise StripeRefusal(f"This payment is not at a bank; its status is {intent['status']}.")
        charge, session = self.get(intent["latest_charge"], "charge"), self._session_of(intent)
        if paid:
            self.store.change(charge, status="succeeded", paid=True)
            self._succeed(intent, charge, intent["amount"])
            self._emit("charge.succeeded", charge)
            self._emit("checkout.session.async_payment_succeeded", session)
        else:
            self.store.change(
                charge, status="failed", failure_code="insufficient_funds", failure_message=BANK_FAILED["message"]
            )
            self._fail(intent, charge, BANK_FAILED)
            self._emit("checkout.session.async_payment_failed", session)

    def _intent_of(self, session: Thing) -> Thing:
        """The session's payment intent; Stripe makes it when the payer first tries to pay."""
        if session["payment_intent"]:
            return self.get(session["payment_intent"], "payment_intent")
        asked = session["_intent"]
        texts = ("description", "receipt_email", "statement_descriptor", "statement_descriptor_suffix")
        intent = new_object(
            "payment_intent",
            self.epoch(),
            **{name: asked.get(name) for name in texts},
            amount=session["amount_total"],
            capture_method=asked.get("capture_method", "automatic_async"),
            currency=session["currency"],
            metadata=dict(asked.get("metadata", {})),
            payment_method_options={"card": session["payment_method_options"].get("card", {})},
            payment_method_types=session["payment_method_types"],
            status="requires_payment_method",
            _session=session["id"],
        )
        self.store.change(session, payment_intent=intent["id"])
        return self.store.add(intent)

    def _captured_by_hand(self, session: Thing) -> bool:
        of_card = session["payment_method_options"].get("card", {}).get("capture_method")
        return "manual" in (of_card, session["_intent"].get("capture_method"))

    def _new_charge(self, intent: Thing, method: str, **fields: Any) -> Thing:
        details = {
            "card": {"brand": "visa", "last4": "4242", "capture_before": self.epoch() + AUTHORISED_FOR},
            "us_bank_account": {"bank_name": "STRIPE TEST BANK", "last4": "6789"},
        }
        payer = _payer(self._session_of(intent))
        charge = new_object(
            "charge",
            self.epoch(),
            amount=intent["amount"],
            billing_details={**payer, "tax_id": None},
            currency=intent["currency"],
            metadata=dict(intent["metadata"]),
            payment_intent=intent["id"],
            payment_method_details={"type": method, method: details[method]},
            **fields,
        )
        return self.store.add(charge)

    def _succeed(self, intent: Thing, charge: Thing, amount: int) -> None:
        self.store.change(charge, captured=True, amount_captured=amount)
        self.store.change(intent, status="succeeded", amount_received=amount, amount_capturable=0)
        self.store.change(self._session_of(intent), payment_status="paid")
        self._emit("payment_intent.succeeded", intent)

    def _fail(self, intent: Thing, charge: Thing, error: Thing) -> None:
        error = {**error, "charge": charge["id"]}
        self.store.change(
            intent, status="requires_payment_method", latest_charge=charge["id"], last_payment_error=error
        )
        self._emit("charge.failed", charge)
        self._emit("payment_intent.payment_failed", intent)

    def _session_of(self, intent: Thing) -> Thing:
        return self.get(intent["_session"], "checkout.session")

    # Authorised money

    def capture(self, intent: Thing, params: Thing) -> Thing:
        """Takes all or part of what was authorised; what is left is released, which is no refund."""
        if intent["status"] != "requires_capture":
            raise _unexpected_state(intent, "could not be captured", "captured", "requires_capture")
        if params.get("final_capture") is False:
            raise not_served("captures in several steps")
        amount = params.get("amount_to_capture", intent["amount_capturable"])
        if amount < 1:
            raise StripeRefusal("Must be at least 1.", code="parameter_invalid_integer", param="amount_to_capture")
        if amount > intent["amount_capturable"]:
            raise StripeRefusal(
                f"The capture amount ({amount}) is greater than what can be captured ({intent['amount_capturable']}).",
                code="amount_too_large",
                param="amount_to_capture",
            )
        charge = self.get(intent["latest_charge"], "charge")
        self.store.change(intent, metadata={**intent["metadata"], **(params.get("metadata") or {})})
        self._succeed(intent, charge, amount)
        self._emit("charge.captured", charge)
        return intent

    def cancel(self, intent: Thing, reason: str | None) -> Thing:
        """Stripe cancels a session's payment only while it waits for capture; before, the session is to be expired."""
        if intent["status"] in ("canceled", "succeeded"):
            states = "requires_payment_method, requires_capture, requires_confirmation, requires_action, processing"
            raise _unexpected_state(intent, "could not be canceled", "canceled", states)
        if intent["status"] != "requires_capture":
            raise StripeRefusal(
                "This PaymentIntent of a Checkout Session cannot be canceled now. Expire the Checkout Session instead.",
                code="payment_intent_unexpected_state",
                payment_intent=shown(intent),
            )
        self._close_intent(intent, reason)
        return intent

    def expire_authorisation(self, intent: Thing) -> None:
        """The card's bank lets the money go because nobody captured it in time."""
        if intent["status"] != "requires_capture":
            raise StripeRefusal(f"This payment waits for no capture; its status is {intent['status']}.")
        self._close_intent(intent, "expired")
        self._emit("charge.expired", self.get(intent["latest_charge"], "charge"))

    def _close_intent(self, intent: Thing, reason: str | None) -> None:
        self.store.change(
            intent, status="canceled", amount_capturable=0, canceled_at=self.epoch(), cancellation_reason=reason
        )
        self._emit("payment_intent.canceled", intent)

    # Refunds

    def refund(self, params: Thing) -> Thing:
        charge = self._charge_to_refund(params)
        left = charge["amount_captured"] - charge["amount_refunded"]
        amount = params.get("amount", left)
        self._check_refund(charge, params, amount, left)
        by_card = charge["payment_method_details"]["type"] == "card"
        refund = new_object(
            "refund",
            self.epoch(),
            amount=amount,
            charge=charge["id"],
            currency=charge["currency"],
            metadata=params.get("metadata") or {},
            payment_intent=charge["payment_intent"],
            reason=params.get("reason"),
            status="succeeded" if by_card else "pending",
        )
        self.store.add(refund)
        self._emit("refund.created", refund)
        self._count_refunded(charge, amount)
        return refund

    def settle_refund(self, refund: Thing, *, paid: bool) -> None:
        """The payer's bank takes the money back, or cannot (an account closed since): then it is ours again."""
        if paid and refund["status"] == "pending":
            self.store.change(refund, status="succeeded")
        elif not paid and refund["status"] in ("pending", "succeeded"):
            self.store.change(refund, status="failed", failure_reason="lost_or_stolen_card")
            self._count_refunded(self.get(refund["charge"], "charge"), -refund["amount"], tell=False)
            self._emit("refund.failed", refund)
        else:
            raise StripeRefusal(f"This refund's status is {refund['status']}.")
        self._emit("refund.updated", refund)

    def _charge_to_refund(self, params: Thing) -> Thing:
        if "payment_intent" not in params and "charge" not in params:
            raise StripeRefusal(
                "One of the following params should be provided for this request: payment_intent or charge."
            )
        if "payment_intent" in params:
            intent = self.get(params["payment_intent"], "payment_intent", "payment_intent")
            if intent["status"] != "succeeded":
                raise StripeRefusal(
                    f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                    param="payment_intent",
                )
            if params.get("charge", intent["latest_charge"]) != intent["latest_charge"]:
                raise StripeRefusal("This charge is not of this PaymentIntent.", param="charge")
            return self.get(intent["latest_charge"], "charge")
        return self.get(params["charge"], "charge", "charge")

    def _check_refund(self, charge: Thing, params: Thing, amount: int, left: int) -> None:
        if not charge["captured"]:
            raise StripeRefusal(
                f"Charge {charge['id']} has not been captured.", code="charge_not_refundable", param="charge"
            )
        if charge["disputed"]:
            raise StripeRefusal(f"Charge {charge['id']} has been charged back.", code="charge_disputed")
        if left == 0:
            raise StripeRefusal(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
        if amount < 1:
            raise StripeRefusal("Must be at least 1.", code="parameter_invalid_integer", param="amount")
        if amount > left:
            raise StripeRefusal(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).",
                code="amount_too_large",
                param="amount",
            )
        if params.get("currency", charge["currency"]) != charge["currency"]:
            raise StripeRefusal("The refund's currency is not the charge's.", param="currency")

    def _count_refunded(self, charge: Thing, amount: int, *, tell: bool = True) -> None:
        before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
        refunded = charge["amount_refunded"] + amount
        self.store.change(charge, amount_refunded=refunded, refunded=refunded == charge["amount_captured"])
        if tell:
            self._emit("charge.refunded", charge, before)

    # Disputes

    def dispute(self, charge: Thing, reason: str, *, lost: bool = False) -> Thing:
        if not charge["captured"] or charge["disputed"]:
            raise StripeRefusal(f"Charge {charge['id']} cannot be disputed.")
        self.store.change(charge, disputed=True)
        dispute = new_object(
            "dispute",
            self.epoch(),
            amount=charge["amount_captured"] - charge["amount_refunded"],
            charge=charge["id"],
            currency=charge["currency"],
            is_charge_refundable=False,
            payment_intent=charge["payment_intent"],
            reason=reason,
            status="lost" if lost else "needs_response",
        )
        self.store.add(dispute)
        self._emit("charge.dispute.created", dispute)
        return dispute

    def close_dispute(self, dispute: Thing, *, won: bool) -> None:
        self.store.change(dispute, status="won" if won else "lost")
        self._emit("charge.dispute.closed", dispute)

    # Events

    def _emit(self, name: str, thing: Thing, before: Thing | None = None) -> None:
        snapshot = shown(thing)
        if thing["object"] in ("refund", "dispute"):
            snapshot["payment_intent"] = None  # receivers have to do with the charge alone
        data = {"object": snapshot} | ({"previous_attributes": before} if before else {})
        event = new_object(
            "event",
            self.epoch(),
            api_version=stripe.api_version,
            data=data,
            pending_webhooks=1,
            request=self.cause or {"id": None, "idempotency_key": None},
            type=name,
        )
        self.tell(self.store.add(event))


def _payer(session: Thing) -> Thing:
    return {"address": NO_ADDRESS, "email": session["customer_email"], "name": None, "phone": None}


def _unexpected_state(intent: Thing, what: str, done: str, states: str) -> StripeRefusal:
    return StripeRefusal(
        f"This PaymentIntent {what} because it has a status of {intent['status']}. "
        f"Only a PaymentIntent with one of the following statuses may be {done}: {states}.",
        code="payment_intent_unexpected_state",
        payment_intent=shown(intent),
    )
