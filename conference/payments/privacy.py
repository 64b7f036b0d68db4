"""What payments hold about people beside gifts: receipts that were opened in this browser. The books stay as long as the law wants them."""

from datetime import timedelta

from conference.core import links, sealing
from conference.core.holdings import Holding, Subject
from conference.core.i18n import _
from conference.payments import queries
from conference.payments.models import BOOKS, Receipt


async def about(subject: Subject) -> list[Holding]:
    """One holding per receipt of a registration; those of gifts are told with the gift."""
    rows = [row for row in await _receipts(subject) if row.payment.purpose != "gift"]
    stays = _("The tax office may ask for our books for seven years.")
    found = []
    for row, plain in zip(rows, sealing.open(rows, "donor"), strict=True):
        facts = [(_("Name on the receipt"), plain.donor or "")]
        found.append(Holding(title=_("A receipt"), facts=facts, until=row.made.date() + timedelta(days=BOOKS), path=await queries.receipt_path(row), stays=stays))
    return found


async def forget(subject: Subject) -> int:
    """Nothing goes before its day."""
    return 0


async def _receipts(subject: Subject) -> list[Receipt]:
    named = {row: token for token in subject.tokens if (row := links.row_of(token))}
    found = await Receipt.filter(id__in=list(named)).select_related("payment").order_by("made", "id") if named else []
    return [row for row in found if links.matches(named[row.id], queries.RECEIPT_LINK, row.id, 1)]
