"""What is taken along: the ledger as a table, deposit slips and receipts as PDF."""

from conference.payments.exports.books import ledger as ledger
from conference.payments.exports.printed import deposit_slip as deposit_slip
from conference.payments.exports.printed import receipt_pdf as receipt_pdf
