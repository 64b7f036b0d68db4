"""Showing the second step: a number of the app, a passkey, or a recovery code."""

from datetime import timedelta
from uuid import UUID

import anyio

from conference.core import audit, clock, codes, ratelimit, sealing
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.core.running import running
from conference.people import numbers, passkeys, queries
from conference.people.models import Factor, FactorKind, RecoveryCode, SignIn
from conference.people.passkeys import Passkey

CHALLENGE_LASTS = timedelta(minutes=5)


class WrongNumber(Refused):
    status = 422

    def sentence(self) -> str:
        return _("This number does not fit, or was used already. Wait for the next one your app shows, and type that.")


class WrongCode(Refused):
    status = 422

    def sentence(self) -> str:
        return _("This code does not fit, or was used already. Each works once.")


class WrongPasskey(Refused):
    status = 422

    def sentence(self) -> str:
        return _("The passkey could not be checked. Please try again.")


class ProofTooOld(Refused):
    status = 422

    def sentence(self) -> str:
        return _("That took too long, or a second window asked meanwhile. Please try again.")


async def prove_by_app(sign_in: SignIn, typed: str) -> None:
    """A number that one of the person's apps shows now, and that was not used before. Raises WrongNumber, and TooMany after some of them."""
    person_id = sign_in.person_id
    await ratelimit.spend(ratelimit.PROOFS, str(person_id))
    for factor in await queries.factors(person_id, FactorKind.APP):
        step = numbers.step_of(sealing.open_one(factor, "secret").secret or "", typed, clock.now())
        if step is not None and await _use(factor, step, sign_in):
            return await ratelimit.forgive(ratelimit.PROOFS, str(person_id))
    await note_failure(person_id, FactorKind.APP)
    raise WrongNumber(field="number")


async def _use(factor: Factor, mark: int, sign_in: SignIn) -> bool:
    """Whether this step of the app was still to be used; each is used once, however many send it."""
    async with transaction():
        won = await Factor.filter(id=factor.id, used__lt=mark).update(used=mark, last_used=clock.now())
        if won:
            await note_proof(sign_in, factor.kind)
    return bool(won)


async def prove_by_code(sign_in: SignIn, typed: str) -> None:
    """A recovery code that was not used before. Raises WrongCode, and TooMany after some of them."""
    person_id, code = sign_in.person_id, codes.clean(typed)
    await ratelimit.spend(ratelimit.PROOFS, str(person_id))
    if code is None or not await _spend_code(sign_in, code):
        await note_failure(person_id, "recovery code")
        raise WrongCode(field="code")
    await ratelimit.forgive(ratelimit.PROOFS, str(person_id))


async def _spend_code(sign_in: SignIn, code: str) -> bool:
    async with transaction():
        digest = queries.code_digest(sign_in.person_id, code)
        won = await RecoveryCode.filter(person_id=sign_in.person_id, digest=digest, spent=None).update(spent=clock.now())
        if won:
            await note_proof(sign_in, "recovery code")
    return bool(won)


async def challenge(sign_in: SignIn) -> str:
    """What the next answer of a passkey in this browser has to sign."""
    made = passkeys.new_challenge()
    await SignIn.filter(id=sign_in.id).update(challenge=made, challenged=clock.now())
    return made


async def spend_challenge(sign_in: SignIn) -> str:
    """The challenge that was asked in this browser; each is answered once. Raises ProofTooOld."""
    known = await SignIn.get_or_none(id=sign_in.id, challenge__not_isnull=True, challenged__gt=clock.now() - CHALLENGE_LASTS)
    if known is None or not await SignIn.filter(id=known.id, challenge=known.challenge).update(challenge=None):
        raise ProofTooOld()
    return known.challenge


async def prove_by_passkey(sign_in: SignIn, answer: str) -> None:
    """One of the person's passkeys signed the challenge. Raises WrongPasskey and ProofTooOld."""
    asked = await spend_challenge(sign_in)
    try:
        factor, passkey = await _passkey_of(sign_in.person_id, passkeys.id_in(answer))
        counter = await anyio.to_thread.run_sync(passkeys.shown, running().settings.base_url, asked, answer, passkey, factor.used)
    except passkeys.Unsound:
        await note_failure(sign_in.person_id, FactorKind.PASSKEY)
        raise WrongPasskey() from None
    async with transaction():
        await Factor.filter(id=factor.id, used__lte=counter).update(used=counter, last_used=clock.now())
        await note_proof(sign_in, FactorKind.PASSKEY)


async def _passkey_of(person_id: UUID, id_: str) -> tuple[Factor, Passkey]:
    """The passkey of this person that has this id. Raises Unsound."""
    for factor, passkey in await queries.passkeys_of(person_id):
        if passkey.id == id_:
            return factor, passkey
    raise passkeys.Unsound()


async def note_proof(sign_in: SignIn, how: str) -> None:
    """In the caller's transaction: this browser has shown the second step now."""
    await SignIn.filter(id=sign_in.id).update(proved=clock.now())
    await audit.record("people.proved", actor=sign_in.person_id, row=sign_in.person_id, how=str(how))


async def note_failure(person_id: UUID, how: str) -> None:
    async with transaction():
        await audit.record("people.proof_failed", actor=person_id, row=person_id, how=str(how))
