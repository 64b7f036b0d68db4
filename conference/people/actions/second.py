"""Setting up a second step, and losing it."""

from datetime import timedelta
from uuid import UUID, uuid4

import anyio

from conference.core import audit, clock, codes, mail, ratelimit, sealing
from conference.core.db import transaction
from conference.core.errors import Refused
from conference.core.i18n import _
from conference.core.running import running
from conference.people import numbers, passkeys, queries
from conference.people.actions.proving import WrongNumber, WrongPasskey, note_failure, note_proof, spend_challenge
from conference.people.models import Factor, FactorKind, Person, RecoveryCode, SignIn

MOST_FACTORS, HOW_MANY_CODES = 10, 10
BEGUN_LASTS = timedelta(hours=1)


class TooManyFactors(Refused):
    def sentence(self) -> str:
        return _("That is more than anybody needs: first remove one you no longer use.")


class NoSecondStep(Refused):
    def sentence(self) -> str:
        return _("This person has no second step that could be taken away.")


async def begin_app(person: Person) -> Factor:
    """An app that counts once a number of it was typed. One begun within the hour is gone on with."""
    async with transaction():
        begun = Factor.filter(person_id=person.id, kind=FactorKind.APP, confirmed=None)
        await begun.filter(made__lt=clock.now() - BEGUN_LASTS).delete()
        known = await begun.order_by("-made").first()
        if known is not None:
            return known
        await _refuse_too_many(person.id)
        factor = Factor(person_id=person.id, kind=FactorKind.APP, made=clock.now())
        sealing.seal(factor, secret=numbers.new_secret())
        await factor.save(force_create=True)
    return factor


async def confirm_app(factor: Factor, typed: str, sign_in: SignIn) -> list[str]:
    """The app works: it counts from now on. The recovery codes, in plain this once, where it is the first factor. Raises WrongNumber."""
    await ratelimit.spend(ratelimit.PROOFS, str(factor.person_id))
    step = numbers.step_of(sealing.open_one(factor, "secret").secret or "", typed, clock.now())
    if step is None:
        await note_failure(factor.person_id, FactorKind.APP)
        raise WrongNumber(field="number")
    async with transaction():
        if not await Factor.filter(id=factor.id, confirmed=None).update(confirmed=clock.now(), used=step, last_used=clock.now()):
            raise WrongNumber(field="number")
        made = await _added(factor, sign_in)
    await ratelimit.forgive(ratelimit.PROOFS, str(factor.person_id))
    return made


async def add_passkey(sign_in: SignIn, answer: str) -> list[str]:
    """What a browser made becomes a factor. The recovery codes, in plain this once, where it is the first. Raises WrongPasskey."""
    challenge = await spend_challenge(sign_in)
    try:
        passkey, counter = await anyio.to_thread.run_sync(passkeys.made, running().settings.base_url, challenge, answer)
    except passkeys.Unsound:
        raise WrongPasskey() from None
    async with transaction():
        await _refuse_too_many(sign_in.person_id)
        now = clock.now()
        factor = Factor(person_id=sign_in.person_id, kind=FactorKind.PASSKEY, used=counter, made=now, confirmed=now, last_used=now)
        sealing.seal(factor, secret=passkey.as_text())
        await factor.save(force_create=True)
        return await _added(factor, sign_in)


async def _refuse_too_many(person_id: UUID) -> None:
    if await Factor.filter(person_id=person_id).count() >= MOST_FACTORS:
        raise TooManyFactors()


async def _added(factor: Factor, sign_in: SignIn) -> list[str]:
    """In the caller's transaction: who added a factor has just shown it; its person is told by letter."""
    await note_proof(sign_in, factor.kind)
    await audit.record("people.factor_added", actor=factor.person_id, row=factor.person_id, kind=str(factor.kind))
    await _tell(factor.person_id, "added")
    first = not await RecoveryCode.exists(person_id=factor.person_id, spent=None)
    return await _new_codes(factor.person_id) if first else []


async def make_codes(person: Person) -> list[str]:
    """New recovery codes, in plain this once; the ones before no longer work."""
    async with transaction():
        await audit.record("people.codes_made", actor=person.id, row=person.id)
        return await _new_codes(person.id)


async def _new_codes(person_id: UUID) -> list[str]:
    made = [codes.make() for _number in range(HOW_MANY_CODES)]
    await RecoveryCode.filter(person_id=person_id).delete()
    await RecoveryCode.bulk_create([RecoveryCode(person_id=person_id, digest=queries.code_digest(person_id, code), made=clock.now()) for code in made])
    return made


async def remove_factor(factor: Factor) -> None:
    """Its person takes one away; with the last one the recovery codes go too."""
    async with transaction():
        if not await Factor.filter(id=factor.id).delete():
            return
        await audit.record("people.factor_removed", actor=factor.person_id, row=factor.person_id, kind=str(factor.kind))
        if factor.confirmed:
            await _tell(factor.person_id, "removed")
        if not await Factor.exists(person_id=factor.person_id, confirmed__not_isnull=True):
            await RecoveryCode.filter(person_id=factor.person_id).delete()


async def reset_factors(person: Person, *, by: Person | None = None) -> None:
    """For somebody who lost their device and their codes: all is taken away, and they begin anew after signing in. Raises NoSecondStep."""
    async with transaction():
        if not await Factor.filter(person_id=person.id).delete():
            raise NoSecondStep()
        await RecoveryCode.filter(person_id=person.id).delete()
        await SignIn.filter(person_id=person.id).delete()
        await audit.record("people.factors_reset", actor=by and by.id, row=person.id)
        await _tell(person.id, "reset")


async def _tell(person_id: UUID, what: str) -> None:
    person = await Person.get(id=person_id)
    await mail.post("people.second_step", key=f"second-step:{uuid4()}", language=person.language, person_id=person_id, what=what)
