"""Whether this keyring is the one that the database was sealed with."""

from conference.core.keyring import KeyMissing
from conference.core.running import running
from conference.core.sealing_models import KeyPrint


class KeysReturned(Exception):
    """Keys that were destroyed are in the keyring again: it was restored from an older copy."""


async def check_keys() -> None:
    """Compare the fingerprints in the database with the keyring.

    Raises KeyMissing if a key that sealed something here is absent or another, KeysReturned if a destroyed one is back:
    both name the scopes. A scope that the keyring knows as destroyed is missed by nobody.
    """
    ring = running().keyring
    here, destroyed, known = ring.fingerprints(), ring.destroyed(), await KeyPrint.all()
    expected = [key for key in known if not key.destroyed_at and key.scope not in destroyed]
    missing = {key.scope for key in expected if here.get((key.scope, key.key_id)) != key.fingerprint}
    returned = {key.scope for key in known if key.destroyed_at and (key.scope, key.key_id) in here}
    if missing:
        raise KeyMissing(f"the keyring lacks keys of {', '.join(sorted(missing))}: put the right keyring in its place")
    if returned:
        raise KeysReturned(f"the keyring has destroyed keys of {', '.join(sorted(returned))}: run destroy_again")


async def record_keys() -> None:
    """Store the fingerprints of keys that the database does not know yet. Check first."""
    known = set(await KeyPrint.all().values_list("scope", "key_id"))
    here = running().keyring.fingerprints().items()
    new = [KeyPrint(scope=name[0], key_id=name[1], fingerprint=text) for name, text in here if name not in known]
    await KeyPrint.bulk_create(new, ignore_conflicts=True)


async def list_keys() -> list[tuple[str, str, str]]:
    """``(scope, key id, state)`` of every key the database or the keyring knows, in order of scope."""
    here, known = running().keyring.fingerprints(), {(row.scope, row.key_id): row for row in await KeyPrint.all()}
    return [(scope, key_id, _state(known.get((scope, key_id)), (scope, key_id) in here)) for scope, key_id in sorted({*here, *known})]


def _state(known: KeyPrint | None, here: bool) -> str:
    if known is None:
        return "here, not recorded"
    if known.destroyed_at:
        return "destroyed, but here" if here else "destroyed"
    return "here" if here else "MISSING"


async def ensure_keys(*scopes: str) -> None:
    """Make and record the keys of these scopes, so that none need be made while somebody waits.

    Raises KeyMissing where the database was sealed with a key of the scope that this keyring lacks.
    """
    ring = running().keyring
    lacking = [scope for scope in scopes if not ring.keys(scope)]
    if stranger := await KeyPrint.filter(scope__in=lacking, destroyed_at=None).first():
        raise KeyMissing(f"the keyring lacks key {stranger.key_id} of {stranger.scope}, and must not make another")
    for scope in scopes:
        ring.ensure(scope)
    await record_keys()
