"""One payment on paper: the same movements as in the database, beside a purse of real money that knows nothing of accounts."""

from random import Random

from conference.payments import ledger, parts
from conference.payments.models import LineKind, Method, WayBack
from conference.payments.parts import Part

STEPS = ("card", "cash", "check", "short check", "large check", "refund", "to the bank", "on the list", "bounce", "leave as gift", "give up")
FUNDS = (None, "travel", "childcare")


class Paper:
    """``play`` random steps; ``check`` what has to be true after each. Raises AssertionError."""

    def __init__(self, random: Random) -> None:
        self.random = random
        value, gift = random.choice([(0, random.randint(1, 50_000)), (random.randint(1, 20_000), 0), (random.randint(1, 20_000), random.randint(1, 9_000))])
        self.fund = random.choice(FUNDS)
        self.lines = [(LineKind.VALUE, value, None)] * bool(value) + [(LineKind.GIFT, gift, self.fund)] * bool(gift)
        self.booked: list[ledger.Entry] = []
        self.checks: list[dict] = []
        self.paid, self.over, self.method = False, False, Method.CARD
        self.part = self.refunded = self.purse = 0

    @property
    def cents(self) -> int:
        return sum(cents for _kind, cents, _fund in self.lines)

    def play(self, steps: int) -> "Paper":
        for _step in range(steps):
            getattr(self, "do_" + self.random.choice(STEPS).replace(" ", "_"))()
            self.check()
        return self

    def book(self, entries: list[ledger.Entry]) -> None:
        assert sum(cents for _account, cents in entries) == 0, entries
        self.booked = ledger.merged([*self.booked, *entries])

    def do_card(self) -> None:
        if not self.paid and not self.part and not self.over:
            self._arrive(Method.CARD)

    def do_cash(self) -> None:
        if not self.paid and not self.over:
            self._arrive(Method.CASH)

    def do_check(self) -> None:
        if not self.paid and not self.over:
            self._new_check(self.cents - self.part)
            self._arrive(Method.CHECK)

    def do_large_check(self) -> None:
        if not self.paid and not self.over:
            extra = self.random.randint(1, 5_000)
            self._new_check(self.cents - self.part + extra, extra)
            self.lines = [*self.lines, (LineKind.GIFT, extra, None)]
            self._arrive(Method.CHECK)

    def do_short_check(self) -> None:
        missing = self.cents - self.part
        if not self.paid and not self.over and missing > 1:
            cents = self.random.randint(1, missing - 1)
            self._new_check(cents)
            self.part += cents
            self.purse += cents
            self.book(ledger.came_in_part(cents))

    def _new_check(self, cents: int, extra: int = 0) -> None:
        self.checks.append({"cents": cents, "extra": extra, "place": "checks"})

    def _arrive(self, method: Method) -> None:
        self.book(ledger.captured(method, self.lines, self.part))
        self.purse += self.cents - self.part
        self.paid, self.method, self.part = True, method, 0

    def do_refund(self) -> None:
        if self.paid and self.cents > self.refunded:
            cents = self.random.randint(1, self.cents - self.refunded)
            self.book(ledger.refunded(self.booked, self.method, cents, self.random.choice((None, WayBack.BANK, WayBack.CASH))))
            self.refunded += cents
            self.purse -= cents

    def do_to_the_bank(self) -> None:
        self._carry("checks", ledger.DEPOSITED)

    def do_on_the_list(self) -> None:
        self._carry(ledger.DEPOSITED, ledger.BANK)

    def _carry(self, place: str, to: str) -> None:
        for check in [check for check in self.checks if check["place"] == place]:
            check["place"] = to
            if (cents := min(check["cents"], dict(self.booked).get(place, 0))) > 0:
                self.book(ledger.carried(cents, place, to))

    def do_bounce(self) -> None:
        for check in [check for check in self.checks if check["place"] in (ledger.DEPOSITED, ledger.BANK)][:1]:
            place, check["place"] = check["place"], "nowhere"
            self.purse -= check["cents"]
            if self.refunded or self.over:
                self._bounce_late(check["cents"], place)
            else:
                self._bounce(check, place)

    def _bounce(self, check: dict, place: str) -> None:
        self.book(ledger.bounced(place, check["cents"], self.booked))
        if check["extra"]:
            self.lines.remove((LineKind.GIFT, check["extra"], None))
        self.part, self.paid = -dict(self.booked).get(ledger.PART, 0), False

    def _bounce_late(self, cents: int, place: str) -> None:
        entries = ledger.bounced_late(place, cents, self.booked)
        self.book(entries)
        self.refunded += cents - dict(entries).get(ledger.LOST, 0)

    def do_leave_as_gift(self) -> None:
        turned = -dict(self.booked).get("income:value", 0)
        if self.paid and turned > 0 and not self.refunded:
            self.book(ledger.left_as_gift(turned))
            self.lines = [*((kind, cents, fund) for kind, cents, fund in self.lines if kind is not LineKind.VALUE), (LineKind.GIFT, turned, None)]

    def do_give_up(self) -> None:
        """What came of it goes back, the rest is never asked for again."""
        if self.part and not self.paid:
            self.book(ledger.refunded(self.booked, Method.CHECK, self.part))
            self.purse -= self.part
            self.lines, self.refunded, self.part, self.over = [(LineKind.VALUE, self.part, None)], self.part, 0, True

    def check(self) -> None:
        sums = dict(self.booked)
        assert sum(sums.values()) == 0
        assert sum(sums.get(place, 0) for place in ledger.HAVE) == self.purse, (sums, self.purse)
        income = {kind: -sum(cents for account, cents in sums.items() if account.startswith(f"income:{kind}")) for kind in ("value", "gift")}
        told = parts.left([Part(kind, cents, cents if kind is LineKind.VALUE else 0) for kind, cents, _fund in self.lines], self.refunded)
        if self.paid:
            assert (parts.given(told), parts.received(told)) == (income["gift"], income["value"]), (told, income)
        else:
            assert (income, -sums.get(ledger.PART, 0)) == ({"value": 0, "gift": 0}, self.part)
