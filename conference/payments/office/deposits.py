"""Taking checks to the bank, and finding the deposits on the bank's list."""

from typing import Any
from uuid import UUID

import anyio
from starlette.requests import Request
from starlette.responses import Response

from conference.core.errors import Refused
from conference.core.web import read_form, render, see_other
from conference.editions.queries import today
from conference.payments import actions, bank_list, exports, queries
from conference.payments.bank_list import BankLine, ColumnsNotFound
from conference.payments.forms import BankedForm, BankFileForm, BatchForm
from conference.payments.models import CheckState
from conference.payments.wording import CHECK_KINDS, CHECK_NAMES


async def deposits(request: Request) -> Response:
    """Checks in hand, to be taken to the bank together; and the deposits so far."""
    edition = request.state.edition
    in_hand = await queries.checks_in(edition, CheckState.RECEIVED, most=actions.MOST_IN_BATCH)
    form = BatchForm.of(in_hand, today(edition), await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            made = await actions.make_batch(edition, [UUID(one) for one in form.checks.data], form.day.data, by=request.state.person.id)
            return see_other(request, "payments.office.deposit", number=made.number)
        except Refused as refusal:
            form.refuse(refusal)
    status = 422 if request.method == "POST" else 200
    return await render(request, "payments/office/deposits.html", status, form=form, in_hand=in_hand, batches=await queries.batches(edition))


async def deposit(request: Request) -> Response:
    batch = await queries.batch_of(request.state.edition, request.path_params["number"])
    checks = await queries.checks_of_batch(batch)
    return await render(request, "payments/office/deposit.html", batch=batch, checks=checks, names=CHECK_NAMES, kinds=CHECK_KINDS)


async def deposit_slip(request: Request) -> Response:
    """The paper for the bank's counter."""
    batch = await queries.batch_of(request.state.edition, request.path_params["number"])
    body = await exports.deposit_slip(request.state.edition, batch, await queries.checks_of_batch(batch))
    return Response(body, media_type="application/pdf", headers={"content-disposition": f'inline; filename="deposit-{batch.number}.pdf"'})


async def bank(request: Request) -> Response:
    """The bank's list is read and shown beside the deposits it may hold; nothing of it is kept."""
    form = BankFileForm(await read_form(request) if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            body = await form.file.data.read()
            lines = await anyio.to_thread.run_sync(bank_list.bank_lines, body, form.columns())
            return await _bank(request, form, found=await _matches(request, lines), count=len(lines))
        except ColumnsNotFound as refusal:
            form.refuse(refusal)
            return await _bank(request, form, 422, heads=refusal.heads)
        except Refused as refusal:
            form.refuse(refusal)
    return await _bank(request, form, 422 if request.method == "POST" else 200)


async def _bank(request: Request, form: BankFileForm, status: int = 200, **more: Any) -> Response:
    waiting = await queries.batches_waiting(request.state.edition)
    return await render(request, "payments/office/bank.html", status, form=form, waiting=waiting, **more)


async def _matches(request: Request, lines: list[BankLine]) -> list[dict]:
    """``batch`` and the ``lines`` that may be it, for every deposit that was not found yet."""
    waiting = await queries.batches_waiting(request.state.edition)
    return [{"batch": batch, "lines": [line for line in lines if queries.fits(batch, line.day, line.cents)]} for batch in waiting]


async def banked(request: Request) -> Response:
    """Yes, this line is this deposit."""
    batch = await queries.batch_of(request.state.edition, request.path_params["number"])
    form = BankedForm(await read_form(request))
    if form.validate():
        try:
            await actions.batch_in_bank(batch, form.day.data, by=request.state.person.id)
            return see_other(request, "payments.office.deposit", number=batch.number)
        except Refused as refusal:
            form.refuse(refusal)
    again = BankFileForm(None)
    again.form_errors += [*form.form_errors, *(error for field in form for error in field.errors)]
    return await _bank(request, again, 422)
