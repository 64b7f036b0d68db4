"""What can happen to one order and its money, step by step, and what has to be true in the end whatever happened."""

from collections.abc import Sequence
from uuid import uuid4

from stripe import StripeError

from conference.core import jobs
from conference.core.errors import Refused
from conference.demo.stripe import StripeRefusal
from conference.demo.stripe.faults import Faults
from conference.payments import actions
from conference.payments.models import LedgerEntry, Payment, PaymentState, Reason
from conference.payments.stripe_client import client
from conference.registration import actions as registration
from conference.registration.models import HAS_PLACE, Order, OrderState, PayBy, Pool
from tests.payments.conftest import PRICE, Crash, Till

OVER = {PaymentState.CAPTURED, PaymentState.VOIDED, PaymentState.FAILED, PaymentState.EXPIRED}
STEPS = (
    "pay", "hear", "checkout_expires", "hold_runs_out", "cancel", "refund_by_treasurer", "somebody_else_comes", "die_before_stripe", "die_after_stripe",
    "lose_webhooks_and_reconcile", "capture_refused", "refund_at_dashboard", "stripe_away", "promise_a_check", "pay_a_second_time",
)  # fmt: skip
STARTS = ("unpaid", "paid", "taken")


class History:
    """One order for the only place of a hall; ``begin``, steps by name, ``settle``, ``check``."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.order: Order
        self.session = ""

    async def begin(self, start: str, hall: str = "hall") -> None:
        await self.till.open(hall, size=1)
        self.order = await self.till.order()
        self.session = await self.till.checkout(self.order)
        if start != "unpaid":
            await self.pay()
        if start == "taken":
            await self.hear()

    async def go(self, steps: Sequence[str]) -> None:
        for step in steps:
            await self.step(step)

    async def step(self, name: str) -> None:
        """One thing happens, or is refused."""
        try:
            await getattr(self, name)()
        except (Refused, StripeRefusal, Crash, StripeError):
            return

    async def pay(self) -> None:
        self.till.double.pay(self.session)

    async def hear(self) -> None:
        await self.till.hear()

    async def checkout_expires(self) -> None:
        self.till.clock.on(minutes=36)
        self.till.double.find_session(self.session)

    async def hold_runs_out(self) -> None:
        self.till.clock.on(minutes=46)
        await self._timed_work()

    async def cancel(self) -> None:
        await registration.cancel(await Order.get(id=self.order.id))

    async def refund_by_treasurer(self) -> None:
        await actions.ask_refund((await self.till.payment(self.order)).id, 2000, Reason.EXCEPTION, by=uuid4())

    async def somebody_else_comes(self) -> None:
        await self.till.order("Dov", PayBy.CHECK)

    async def die_before_stripe(self) -> None:
        self.till.wire.die_before = True

    async def die_after_stripe(self) -> None:
        self.till.wire.die_after = True

    async def lose_webhooks_and_reconcile(self) -> None:
        self.till.lose_webhooks()
        self.till.clock.on(minutes=11)
        await self._timed_work()

    async def capture_refused(self) -> None:
        self.till.double.refuse_next_capture("card_declined")

    async def refund_at_dashboard(self) -> None:
        self.till.double.refund_outside(self.session, 1000)

    async def stripe_away(self) -> None:
        self.till.double.go_away(4)

    async def promise_a_check(self) -> None:
        await registration.pay_by_check(await Order.get(id=self.order.id))

    async def pay_a_second_time(self) -> None:
        """Another page for the same payment is open, as after an answer that was lost."""
        payment = await self.till.payment(self.order)
        asked = payment.parameters | {"expires_at": int(self.till.clock.at.timestamp()) + 3600} if payment.parameters else {}
        if asked:
            session = await client().v1.checkout.sessions.create_async(asked)
            self.till.double.pay(session.id)

    async def settle(self) -> None:
        """Hours later: whatever was under way has come to its end."""
        for _hour in range(6):
            self.till.clock.on(hours=1)
            await self.till.hear()
            await self._timed_work()
            await self.till.hear()
            if not self.till.double.deliveries.queue and not await jobs.Job.exists():
                break
        self.till.double.faults = Faults()
        self.till.wire.die_before = self.till.wire.die_after = False

    async def _timed_work(self) -> None:
        """What conference/recurring.py asks for every few minutes."""
        for name in ("registration.release_expired_holds", "payments.reconcile"):
            await jobs.later(name)
        await jobs.run_due()

    async def check(self) -> None:
        """Seats, ledger and Stripe agree. Raises AssertionError."""
        left = await jobs.Job.all().values_list("name", "state", "trouble")
        assert not left, f"jobs were left behind: {left}"
        await self._check_seats()
        await self._check_money()

    async def _check_seats(self) -> None:
        taken = (await Pool.get(id=self.till.pool.id)).taken
        assert taken == await Order.filter(ticket_type_id=self.till.ticket.id, state__in=HAS_PLACE).count(), "places taken are not places of orders"
        order, payment = await Order.get(id=self.order.id), await self.till.payment(self.order)
        assert order.state is not OrderState.HELD
        if order.state is OrderState.CONFIRMED:
            assert payment.state is PaymentState.CAPTURED or (payment.state is PaymentState.OPEN and payment.promised), payment.state
        elif payment.state is PaymentState.CAPTURED:
            assert payment.refunded == PRICE, "somebody without a place has paid"

    async def _check_money(self) -> None:
        double, orders = self.till.double, await Order.filter(ticket_type_id=self.till.ticket.id).values_list("id", flat=True)
        payments = await Payment.filter(purpose_id__in=orders)
        payments += await Payment.filter(purpose="stray", purpose_id__in=[payment.id for payment in payments])
        assert {payment.state for payment in payments if not (payment.promised and payment.state is PaymentState.OPEN)} <= OVER
        await self._check_ledger(payments)
        mine = {str(payment.id) for payment in payments}
        intents = [intent for intent in double.store.of("payment_intent") if intent["metadata"].get("payment") in mine]
        assert "requires_capture" not in {intent["status"] for intent in intents}, "a card was forgotten"
        by_intent = {payment.intent: payment for payment in payments if payment.intent}
        for intent in intents:
            charge = double.store.find(intent["latest_charge"], "charge")
            payment = by_intent.get(intent["id"])
            taken = payment.cents if payment and payment.state is PaymentState.CAPTURED else 0
            assert (charge["amount_captured"], charge["amount_refunded"]) == (taken, payment.refunded if payment else 0)

    async def _check_ledger(self, payments: Sequence[Payment]) -> None:
        entries = await LedgerEntry.filter(payment_id__in=[payment.id for payment in payments]).values("movement", "account", "cents")
        sums: dict[str, int] = {}
        for entry in entries:
            for name in (str(entry["movement"]), entry["account"].split(":")[0]):
                sums[name] = sums.get(name, 0) + entry["cents"]
        kept = sum(payment.cents - payment.refunded for payment in payments if payment.state is PaymentState.CAPTURED)
        assert (sums.get("stripe", 0) + sums.get("checks", 0), -sums.get("income", 0), sums.get("owed", 0)) == (kept, kept, 0)
        assert {sums[str(entry["movement"])] for entry in entries} <= {0}
