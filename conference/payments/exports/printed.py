"""PDFs of money, made when somebody asks for them and not kept."""

from collections.abc import Sequence
from typing import Any

import anyio

from conference.core import pdf, sealing
from conference.core.i18n import format_day, language, speaking
from conference.core.templates import render_text
from conference.editions.models import Edition
from conference.editions.queries import organization
from conference.editions.wording import say
from conference.payments import parts
from conference.payments.models import Check, DepositBatch, LineKind, Receipt
from conference.payments.wording import METHOD_NAMES


async def deposit_slip(edition: Edition, batch: DepositBatch, checks: Sequence[Check]) -> bytes:
    """For the bank's counter: which checks, and the sum. Raises PdfLater."""
    found = await organization()
    facts = {"title": say(edition.title), "sponsor": found.sponsor if found else {}, "batch": batch, "checks": checks, "on": format_day(batch.day, "long")}
    html = await anyio.to_thread.run_sync(_html, "payments/pdf/deposit.html", facts, language())
    return await pdf.render_now(html, epoch=int(batch.made.timestamp()))


async def receipt_pdf(row: Receipt) -> bytes:
    """As it was issued, in the giver's language; for the archive (PDF/A). Raises PdfLater."""
    plain = sealing.open_one(row, "donor", "address")
    facts = {"receipt": row, "donor": plain.donor or "–", "address": (plain.address or "").split("\n")}
    html = await anyio.to_thread.run_sync(_receipt_html, row, facts)
    return await pdf.render_now(html, variant="pdf/a-3a", epoch=int((row.ended or row.made).timestamp()))


def _receipt_html(row: Receipt, facts: dict[str, Any]) -> str:
    lines = [parts.Part(LineKind(line["kind"]), line["cents"], line["fair_value"]) for line in row.lines]
    with speaking(row.language):
        told = {
            "number": number_of(row), "paid": format_day(row.paid, "long"), "issued": format_day(row.made.date(), "long"), "method": METHOD_NAMES[row.method],
            "given": parts.given(lines), "received": parts.received(lines), "fees": sum(line.cents for line in lines if line.kind is LineKind.FEE),
            "wording": say(row.sponsor.get("wording")), "sender": _sender(row.sponsor),
        }  # fmt: skip
        return render_text("payments/pdf/receipt.html", language=row.language, **facts, **told)


def _sender(sponsor: dict[str, Any]) -> list[str]:
    """Name and address; many write the name as the first line of the address."""
    lines = sponsor.get("lines") or []
    return lines if lines and lines[0].startswith(sponsor["name"]) else [sponsor["name"], *lines]


def number_of(row: Receipt) -> str:
    """As people read it: 2027-0012."""
    return f"{row.year}-{row.number:04}"


def _html(template: str, facts: dict[str, Any], code: str) -> str:
    with speaking(code):
        return render_text(template, language=code, **facts)
