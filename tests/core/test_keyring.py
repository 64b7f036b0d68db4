"""The keyring file: nothing lost between processes, nothing left of what was destroyed."""

import json
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime

import pytest

from conference.core.keyring import KeyMissing, Keyring, KeyringBroken, ScopeDestroyed

NOON = datetime(2027, 5, 1, 12, 0, tzinfo=UTC)


def _load(path, **more):
    return Keyring.load(path, now=lambda: NOON, **more)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "var" / "keyring.json"


@pytest.fixture
def ring(path):
    return _load(path)


def test_an_absent_file_is_made_empty_and_for_our_eyes_only(ring, path):
    assert json.loads(path.read_bytes()) == {"format": 1, "scopes": {}, "destroyed": {}}
    assert (path.stat().st_mode & 0o777, ring.scopes()) == (0o600, [])


def test_an_absent_file_is_not_made_unless_asked(path):
    with pytest.raises(KeyringBroken, match="cannot be read: FileNotFoundError"):
        _load(path, create=False)
    assert path.parent.exists() is False


def test_ensure_makes_a_key_once(ring, path):
    key = ring.ensure("account")
    assert (ring.ensure("account"), ring.current("account"), ring.keys("account")) == (key, key, (key,))
    assert (key.scope, len(key.id), len(key.secret), key.created) == ("account", 8, 32, NOON)
    assert _load(path).keys("account") == (key,)


def test_the_file_stays_private_after_changes_and_no_draft_is_left(ring, path):
    ring.ensure("account")
    ring.rotate("account")
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in path.parent.iterdir()) == ["keyring.json", "keyring.json.lock"]


def test_a_scope_without_key_is_named(ring):
    with pytest.raises(KeyMissing, match="no key for donor:2027"):
        ring.current("donor:2027")
    with pytest.raises(KeyMissing, match="no key for donor:2027"):
        ring.rotate("donor:2027")


def test_rotating_keeps_the_old_key_for_opening(ring):
    old = ring.ensure("list")
    new = ring.rotate("list")
    assert (ring.current("list"), ring.keys("list"), ring.by_id()) == (new, (old, new), {old.id: old, new.id: new})
    assert new.id != old.id


def test_retiring_leaves_the_current_key_alone(ring):
    old, new = ring.ensure("list"), ring.rotate("list")
    assert (ring.retire("list"), ring.keys("list"), ring.retire("list")) == ([old.id], (new,), [])


def test_a_destroyed_scope_is_remembered_and_never_made_again(ring, path):
    keys = [ring.ensure("edition:1:end60"), ring.rotate("edition:1:end60")]
    other = ring.ensure("edition:2:end60")
    assert ring.destroy("edition:1:end60") == [key.id for key in keys]
    for again in (ring, _load(path)):
        for verb in (again.ensure, again.current, again.rotate, again.retire):
            with pytest.raises(ScopeDestroyed, match="edition:1:end60"):
                verb("edition:1:end60")
        assert (again.scopes(), again.keys("edition:1:end60")) == (["edition:2:end60"], ())
        assert again.by_id() == {other.id: other}
        assert (again.destroyed(), again.destroy("edition:1:end60")) == ({"edition:1:end60": NOON}, [])


def test_a_scope_may_be_destroyed_before_it_has_a_key(ring):
    assert ring.destroy("donor:2020") == []
    with pytest.raises(ScopeDestroyed):
        ring.ensure("donor:2020")


def test_the_old_file_is_blanked_where_it_lies(ring, path, tmp_path):
    ring.ensure("account")
    os.link(path, tmp_path / "same-blocks")
    before = (tmp_path / "same-blocks").read_bytes()
    ring.destroy("account")
    after = (tmp_path / "same-blocks").read_bytes()
    assert (b'"key"' in before, after) == (True, bytes(len(before)))


def test_fingerprints_tell_keys_apart_and_nothing_more(ring):
    one, other = ring.ensure("account"), ring.ensure("list")
    prints = ring.fingerprints()
    assert prints == {("account", one.id): one.fingerprint, ("list", other.id): other.fingerprint}
    assert (len(one.fingerprint), one.fingerprint == other.fingerprint) == (32, False)
    assert one.secret.hex()[:8] not in one.fingerprint


def test_a_key_does_not_show_its_secret(ring):
    key = ring.ensure("account")
    assert repr(key) == f"Key(scope='account', id='{key.id}', created={NOON!r})"


def test_the_uses_of_a_key_are_derived_apart(ring):
    key = ring.ensure("account")
    nonce = bytes(12)
    box = key.cipher.encrypt(nonce, b"text", b"")
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    assert box not in (AESGCM(key.secret).encrypt(nonce, b"text", b""), AESGCM(key.index).encrypt(nonce, b"text", b""))
    assert (key.cipher is key.cipher, key.index == key.secret, len(key.index)) == (True, False, 32)


def test_a_change_by_another_process_is_seen_at_once(ring, path):
    other = _load(path)
    made = other.ensure("account")
    assert ring.current("account") == made
    newer = ring.rotate("account")
    assert other.current("account") == newer
    ring.destroy("account")
    with pytest.raises(ScopeDestroyed):
        other.current("account")


def _ensure_many(path, scopes):
    ring = _load(path)
    return {scope: ring.ensure(scope).id for scope in scopes}


def test_processes_that_make_keys_together_agree_and_lose_none(path):
    scopes = [f"donor:{year}" for year in range(2000, 2020)]
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("fork")) as workers:
        told = list(workers.map(_ensure_many, [path] * 3, (scopes, scopes[::-1], scopes[10:] + scopes[:10])))
    kept = {scope: _load(path).current(scope).id for scope in scopes}
    assert told == [kept, kept, kept]
    assert [len(_load(path).keys(scope)) for scope in scopes] == [1] * 20


def test_a_copy_opens_and_seals_but_makes_no_key(ring, path):
    key = ring.ensure("account")
    path.chmod(0o400)
    copy = _load(path)
    assert (copy.is_copy, copy.ensure("account"), copy.keys("account")) == (True, key, (key,))
    with pytest.raises(KeyMissing, match="is a copy"):
        copy.ensure("list")
    for verb in (copy.rotate, copy.retire, copy.destroy):
        with pytest.raises(KeyMissing, match="is a copy"):
            verb("account")


def test_a_copy_that_knows_a_scope_as_destroyed_may_be_told_again(ring, path):
    ring.destroy("list")
    path.chmod(0o400)
    assert _load(path).destroy("list") == []


def test_a_file_that_others_may_read_is_refused(ring, path):
    path.chmod(0o640)
    with pytest.raises(KeyringBroken, match="open to other users"):
        _load(path)


@pytest.mark.parametrize("content", [
    b"", b"[]", b"{}", b"null", b'{"format": 2, "scopes": {}, "destroyed": {}}',
    b'{"format": 1, "scopes": {"account": []}, "destroyed": {}}',
    b'{"format": 1, "destroyed": {},'
    b' "scopes": {"account": [{"id": "1", "key": "c2hvcnQ=", "created": "2027-05-01T12:00:00+00:00"}]}}',
    b'{"format": 1, "scopes": [], "destroyed": {}}',
])
def test_a_file_that_is_no_keyring_is_refused_and_left_alone(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyringBroken, match="cannot be read"):
        _load(path)
    assert path.read_bytes() == content


def test_two_keys_of_one_name_are_refused(ring, path):
    ring.ensure("account")
    data = json.loads(path.read_bytes())
    data["scopes"]["list"] = data["scopes"]["account"]
    path.write_text(json.dumps(data))
    with pytest.raises(KeyringBroken):
        _load(path)


def test_a_keyring_that_vanishes_is_noticed(ring, path):
    ring.ensure("account")
    path.unlink()
    with pytest.raises(KeyringBroken):
        ring.current("account")
    with pytest.raises(KeyringBroken):
        ring.ensure("list")
    assert path.exists() is False


def test_a_draft_left_by_a_crash_is_overwritten(ring, path):
    draft = path.with_name("keyring.json.new")
    draft.write_bytes(b"half a keyr")
    key = ring.ensure("account")
    assert (draft.exists(), _load(path).current("account")) == (False, key)
