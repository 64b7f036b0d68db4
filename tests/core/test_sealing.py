"""Personal text: what is sealed opens where it was sealed, is found by whoever has the key, and dies with it."""

import base64
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from tortoise.backends.base.config_generator import generate_config
from tortoise.context import TortoiseContext

from conference.core import sealing
from conference.core.db.fields import Blind, Internal, Number, Reference, Short, Uuid
from conference.core.db.model import Model
from conference.core.keyring import Keyring
from conference.core.running import Running, enter
from conference.core.sealing import hashing
from conference.core.sealing_models import IndexWord, KeyPrint

NOON = datetime(2027, 5, 1, 12, 0, tzinfo=UTC)
EDITION, OTHER_EDITION = UUID(int=1), UUID(int=2)
SCOPE, OTHER_SCOPE = f"edition:{EDITION}:end60", f"edition:{OTHER_EDITION}:end60"


class Edition(Model):
    year = Number()

    class Meta:
        app = "conference"
        table = "edition"


class Guest(Model):
    edition_id = Uuid()
    language = Short(2, default="en")
    name = Internal(purpose="badge", days=60, after="end")
    email = Internal(purpose="letters", days=60, after="end")
    email_blind = Blind(of="email")
    note = Internal(purpose="kitchen", days=14, after="entry")

    class Meta:
        app = "conference"
        table = "guest"


class Helper(Model):
    edition = Reference("conference.Edition")
    name = Internal(purpose="shifts", days=60, after="end")
    name_blind = Blind(of="name")

    class Meta:
        app = "conference"
        table = "helper"


class Login(Model):
    email = Internal(purpose="sign-in", scope="account")
    email_blind = Blind(of="email")

    class Meta:
        app = "conference"
        table = "login"


class Giver(Model):
    year = Number()
    name = Internal(purpose="statement", scope="donor")

    class Meta:
        app = "conference"
        table = "giver"


@pytest.fixture
def ring(tmp_path):
    ring = Keyring.load(tmp_path / "keyring.json", now=lambda: NOON)
    enter(Running(settings=None, clock=lambda: NOON, keyring=ring))
    return ring


@pytest.fixture
async def db(ring):
    models = {"conference": ["conference.core.sealing_models", __name__]}
    async with TortoiseContext() as context:
        await context.init(config=generate_config("sqlite://:memory:", models), _enable_global_fallback=True)
        await context.generate_schemas()
        await Edition.bulk_create([Edition(id=EDITION, year=2027), Edition(id=OTHER_EDITION, year=2028)])
        yield context


def _guest(edition=EDITION, **plain):
    guest = Guest(edition_id=edition)
    sealing.seal(guest, **plain)
    return guest


async def _saved(edition=EDITION, **plain):
    guest = _guest(edition, **plain)
    await guest.save()
    if plain.get("name"):
        await sealing.index_words(guest, "name", plain["name"])
    return guest


def _opened(rows, *columns):
    return [tuple(getattr(plain, column) for column in columns) for plain in sealing.open(rows, *columns)]


# Sealing and opening


def test_what_is_sealed_opens_again(ring):
    guest = _guest(name="Ana María", email="ana@example.org", note="nuts")
    plain = sealing.open_one(guest, "name", "email", "note")
    assert (plain.name, plain.email, plain.note, plain.gone) == ("Ana María", "ana@example.org", "nuts", False)


def test_a_sealed_value_has_version_key_id_and_ascii_only(ring):
    guest = _guest(name="名前")
    version, key_id, data = guest.name.split(".")
    raw = base64.b64decode(data + "=" * (-len(data) % 4), altchars=b"-_", validate=True)
    assert (version, key_id, len(raw), guest.name.isascii()) == ("s1", ring.current(SCOPE).id, 12 + 16 + 16, True)


def test_each_sealing_is_different(ring):
    assert _guest(name="Ana").name != _guest(name="Ana").name


@pytest.mark.parametrize("text", ["a", "x" * 15, "x" * 16, "nul\0\0", "\x80", "é" * 1000, "\0", "line\r\nline", "🙂"])
def test_any_text_comes_back_as_it_was(ring, text):
    assert sealing.open_one(_guest(note=text), "note").note == text


def test_the_length_tells_no_more_than_its_sixteen(ring):
    lengths = [len(_guest(name="x" * size).name) for size in (1, 15, 16, 31, 32)]
    assert (lengths[0] == lengths[1], lengths[2] == lengths[3], len(set(lengths))) == (True, True, 3)


def test_nothing_is_kept_of_nothing(ring):
    guest = _guest(name="Ana", email="ana@example.org")
    sealing.seal(guest, name=None, email="")
    assert (guest.name, guest.email, guest.email_blind) == (None, None, None)
    plain = sealing.open_one(guest, "name", "email")
    assert (plain.name, plain.email, plain.gone) == (None, None, False)


def test_sealing_nothing_makes_no_key(ring):
    _guest(name=None, email="")
    assert ring.scopes() == []


def test_only_text_is_sealed_and_only_internal_columns(ring):
    with pytest.raises(TypeError, match="name: text is sealed, not int"):
        _guest(name=5)
    with pytest.raises(TypeError, match="Guest has no internal column 'language'"):
        _guest(language="es")
    with pytest.raises(TypeError, match="Guest has no internal column 'shoe'"):
        sealing.open([_guest()], "shoe")


def test_a_row_needs_its_edition_before_it_is_sealed(ring):
    with pytest.raises(ValueError, match="needs its edition_id"):
        sealing.seal(Guest(), name="Ana")


def test_plain_text_does_not_show_in_a_representation(ring):
    assert repr(sealing.open_one(_guest(name="Ana"), "name")) == "Plain(gone, name)"


def test_each_column_has_the_scope_of_its_lifetime(ring):
    guest, login, giver = _guest(name="Ana", note="nuts"), Login(), Giver(year=2027)
    sealing.seal(login, email="ana@example.org")
    sealing.seal(giver, name="Ana")
    scopes = [SCOPE, f"edition:{EDITION}:entry14", "account", "donor:2027"]
    told = [sealing.scope_of(guest, "name"), sealing.scope_of(guest, "note"), sealing.scope_of(login, "email"),
            sealing.scope_of(giver, "name")]
    assert (told, ring.scopes()) == (scopes, sorted(scopes))


def test_many_rows_open_in_order_and_none_give_none(ring):
    guests = [_guest(OTHER_EDITION if n % 2 else EDITION, name=f"Guest {n}") for n in range(10)]
    assert (_opened(guests, "name"), sealing.open([], "name")) == ([(f"Guest {n}",) for n in range(10)], [])


async def test_very_many_rows_open_in_slices_in_order(ring):
    guests = [_guest(name=f"Guest {n}", email=None) for n in range(600)]
    plains = await sealing.open_many(guests, "name", "email")
    assert [plain.name for plain in plains] == [f"Guest {n}" for n in range(600)]


def test_values_open_without_rows(ring):
    guests = [_guest(name="Ana"), _guest(OTHER_EDITION, name="Bo")]
    rows = [{"id": guest.id, "edition_id": guest.edition_id, "name": guest.name} for guest in guests]
    assert [plain.name for plain in sealing.open_values(Guest, rows, "name")] == ["Ana", "Bo"]


async def test_rows_read_back_from_the_database_open(db):
    guest = await _saved(name="Ana", email="ana@example.org")
    [read] = await Guest.all()
    [partial] = await Guest.all().only("id", "edition_id", "name")
    values = await Guest.all().values("id", "edition_id", "name")
    assert (_opened([read], "name", "email"), _opened([partial], "name")) == ([("Ana", "ana@example.org")], [("Ana",)])
    assert [plain.name for plain in sealing.open_values(Guest, values, "name")] == ["Ana"]
    assert read.name == guest.name


async def test_an_edition_may_be_a_reference(db, ring):
    edition = await Edition.get(id=EDITION)
    helpers = [Helper(edition=edition), Helper(edition_id=EDITION)]
    for helper in helpers:
        sealing.seal(helper, name="Ana")
        await helper.save()
    rotated = await sealing.rotate(SCOPE)
    found = await sealing.find(Helper, "name", "ana", SCOPE)
    assert (ring.scopes(), rotated.rows, len(found)) == ([SCOPE], 2, 2)
    assert _opened(await Helper.all(), "name") == [("Ana",), ("Ana",)]


# Tampering


def _moved_to_another_row(guest):
    guest.id = uuid4()


def _moved_to_another_edition(guest):
    guest.edition_id = OTHER_EDITION


def _moved_to_another_column(guest):
    guest.name = guest.email


def _cut_short(guest):
    guest.name = guest.name[:-4]


def _one_symbol_changed(guest):
    guest.name = guest.name[:30] + ("A" if guest.name[30] != "A" else "B") + guest.name[31:]


def _never_sealed(guest):
    guest.name = "Ana"


def _of_another_version(guest):
    guest.name = "s2" + guest.name[2:]


def _under_another_key(guest):
    guest.name = guest.name.replace(guest.name.split(".")[1], sealing.prints.running().keyring.ensure("account").id)


def _emptied(guest):
    guest.name = ".".join(guest.name.split(".")[:2]) + "."


@pytest.mark.parametrize("harm", [
    _moved_to_another_row, _moved_to_another_edition, _moved_to_another_column, _cut_short, _one_symbol_changed,
    _never_sealed, _of_another_version, _under_another_key, _emptied,
])
def test_a_value_changed_or_moved_does_not_open(ring, harm):
    guest = _guest(name="Ana", email="ana@example.org")
    harm(guest)
    with pytest.raises(sealing.SealBroken, match="was not sealed there, or was changed"):
        sealing.open_one(guest, "name")


# Keys that are away


def test_what_was_under_a_destroyed_key_is_gone(ring):
    guest = _guest(name="Ana", note="nuts")
    ring.destroy(SCOPE)
    plain, empty = sealing.open([guest, _guest(OTHER_EDITION)], "name", "note")
    assert ((plain.name, plain.note, plain.gone), (empty.name, empty.gone)) == ((None, "nuts", True), (None, False))
    assert sealing.open_one(guest, "note").gone is False


def test_nothing_more_is_sealed_in_a_destroyed_scope(ring):
    ring.destroy(SCOPE)
    with pytest.raises(sealing.ScopeDestroyed, match=SCOPE):
        _guest(name="Ana")


def test_a_key_that_should_be_here_is_missed_by_name(ring, tmp_path):
    guest = _guest(name="Ana")
    enter(Running(settings=None, keyring=Keyring.load(tmp_path / "empty.json")))
    with pytest.raises(sealing.KeyMissing, match=f"no key {ring.current(SCOPE).id} of {SCOPE}"):
        sealing.open_one(guest, "name")


async def test_fingerprints_are_recorded_once_and_checked(db, ring):
    _guest(name="Ana")
    await sealing.record_keys()
    await sealing.record_keys()
    key = ring.current(SCOPE)
    assert await KeyPrint.all().values_list("scope", "key_id", "fingerprint") == [(SCOPE, key.id, key.fingerprint)]
    assert await sealing.check_keys() is None


async def test_a_foreign_keyring_is_noticed_and_makes_no_second_key(db, tmp_path):
    _guest(name="Ana")
    await sealing.record_keys()
    foreign = Keyring.load(tmp_path / "foreign.json", now=lambda: NOON)
    enter(Running(settings=None, clock=lambda: NOON, keyring=foreign))
    with pytest.raises(sealing.KeyMissing, match=f"lacks keys of {SCOPE}: put the right keyring in its place"):
        await sealing.check_keys()
    with pytest.raises(sealing.KeyMissing, match="must not make another"):
        await sealing.ensure_keys(SCOPE)
    assert foreign.scopes() == []


async def test_a_key_with_another_secret_is_noticed(db, ring):
    _guest(name="Ana")
    await sealing.record_keys()
    await KeyPrint.all().update(fingerprint="0" * 32)
    with pytest.raises(sealing.KeyMissing, match=SCOPE):
        await sealing.check_keys()


async def test_a_scope_destroyed_here_is_not_missed_in_an_older_database(db, ring):
    _guest(name="Ana")
    await sealing.record_keys()
    ring.destroy(SCOPE)
    assert await sealing.check_keys() is None


async def test_a_destroyed_key_that_returns_is_noticed_and_destroyed_again(db, ring):
    await _saved(name="Ana")
    await sealing.record_keys()
    older = ring.path.read_bytes()
    await sealing.destroy(SCOPE)
    ring.path.write_bytes(older)
    with pytest.raises(sealing.KeysReturned, match=SCOPE):
        await sealing.check_keys()
    assert await sealing.destroy_again() == [SCOPE]
    assert (await sealing.check_keys(), ring.keys(SCOPE)) == (None, ())


async def test_an_older_database_forgets_again_what_the_keyring_knows_as_destroyed(db, ring):
    guest = await _saved(name="Ana", email="ana@example.org")
    ring.destroy(SCOPE)
    assert await sealing.destroy_again() == [SCOPE]
    assert ((await Guest.get(id=guest.id)).email_blind, await IndexWord.all().count()) == (None, 0)


async def test_the_keys_of_an_edition_are_made_and_recorded_ahead(db, ring):
    scopes = sealing.scopes_of_edition(EDITION)
    await sealing.ensure_keys(*scopes)
    assert scopes == [SCOPE, f"edition:{EDITION}:entry14"]
    assert (ring.scopes(), sorted(await KeyPrint.all().values_list("scope", flat=True))) == (scopes, scopes)


# The blind index


def test_the_blind_index_knows_a_value_by_case_and_spaces_aside(ring):
    guest = _guest(email=" Ana@Example.ORG ")
    spellings = ("ana@example.org", "ANA@EXAMPLE.ORG", " ana@example.org\n")
    alike = [sealing.blind(Guest, "email", text, SCOPE) for text in spellings]
    assert alike == [guest.email_blind] * 3
    assert 0 <= guest.email_blind < 2**32


def test_the_blind_index_differs_by_value_edition_and_table(ring):
    ana, bo = "ana@example.org", "bo@example.org"
    numbers = {sealing.blind(*asked) for asked in (
        (Guest, "email", ana, SCOPE), (Guest, "email", bo, SCOPE), (Guest, "email", ana, OTHER_SCOPE),
        (Guest, "name", ana, SCOPE), (Login, "email", ana, "account"))}
    assert len(numbers) == 5


def test_composed_and_decomposed_letters_are_the_same_value(ring):
    one, other = "jose\u0301@example.org", "jos\u00e9@example.org"
    assert sealing.blind(Guest, "email", one, SCOPE) == sealing.blind(Guest, "email", other, SCOPE)


async def test_rows_are_found_by_value_in_the_scopes_asked(db):
    here, there = await _saved(email="ana@example.org"), await _saved(OTHER_EDITION, email="Ana@example.org")
    await _saved(email="bo@example.org")
    found = [await sealing.find(Guest, "email", "ANA@example.org ", scopes) for scopes in (SCOPE, [SCOPE, OTHER_SCOPE])]
    assert found == [[here], sorted([here, there], key=lambda guest: guest.id)]


async def test_a_hit_that_is_another_value_is_not_believed(db):
    guest = await _saved(email="bo@example.org")
    await Guest.filter(id=guest.id).update(email_blind=sealing.blind(Guest, "email", "ana@example.org", SCOPE))
    assert await Guest.filter(email_blind=sealing.blind(Guest, "email", "ana@example.org", SCOPE)).count() == 1
    assert await sealing.find(Guest, "email", "ana@example.org", SCOPE) == []


async def test_nothing_is_found_where_there_is_no_key_and_none_is_made(db, ring):
    assert (await sealing.find(Guest, "email", "ana@example.org", SCOPE), ring.scopes()) == ([], [])


async def test_a_column_without_blind_index_cannot_be_searched_by_value(db):
    with pytest.raises(TypeError, match="Guest keeps no blind index of 'note'"):
        await sealing.find(Guest, "note", "nuts", SCOPE)


async def test_accounts_are_found_by_value(db):
    login = Login()
    sealing.seal(login, email="ana@example.org")
    await login.save()
    assert await sealing.find(Login, "email", "Ana@Example.org", "account") == [login]


# Words


async def _find_words(query, scopes=SCOPE, **more):
    ids = await sealing.find_words(Guest, "name", query, scopes, **more)
    rows = {row.id: row for row in await Guest.filter(id__in=ids)}
    return sorted(sealing.open_one(rows[row_id], "name").name for row_id in ids)


@pytest.mark.parametrize(("query", "found"), [
    ("jose", ["José Núñez"]), ("JOSÉ", ["José Núñez"]), ("nun", ["José Núñez"]), ("nu", []),
    ("núñez jos", ["José Núñez"]), ("jose li", []), ("li", ["Li Wei"]), ("wei l", []), ("lis", ["Łisa O’Brien-Smith"]),
    ("obri", ["Łisa O’Brien-Smith"]),
    ("o'brien", ["Łisa O’Brien-Smith"]), ("smi obr", ["Łisa O’Brien-Smith"]), ("josefa", []), ("", []), ("  -- ", []),
    ("wei wei", ["Li Wei"]), ("مري", ["مَريم"]), ("wolfeschlegelstein", ["Wolfeschlegelsteinhausen"]),
    ("wolfeschlegelhaus", []),
])
async def test_names_are_found_by_words_and_beginnings(db, query, found):
    for name in ("José Núñez", "Li Wei", "Łisa O’Brien-Smith", "مَريم", "Wolfeschlegelsteinhausen"):
        await _saved(name=name)
    assert await _find_words(query) == found


async def test_words_are_found_in_the_scopes_asked_up_to_the_limit(db):
    for number in range(3):
        await _saved(name=f"Ana {number}")
    await _saved(OTHER_EDITION, name="Ana there")
    assert await _find_words("ana", OTHER_SCOPE) == ["Ana there"]
    assert len(await _find_words("ana", [SCOPE, OTHER_SCOPE])) == 4
    assert len(await _find_words("ana", SCOPE, limit=2)) == 2


async def test_one_among_many_of_the_same_name_is_found_before_the_limit(db):
    for number in range(30):
        await _saved(name=f"Ana Ruiz {number}")
    await _saved(name="Ana Quetzal")
    assert [await _find_words(query, limit=2) for query in ("ana quetzal", "quetzal ana", "ana zzz")] == [["Ana Quetzal"], ["Ana Quetzal"], []]
    assert len(await _find_words("ruiz ana", limit=7)) == 7


async def test_a_new_name_replaces_the_words_of_the_old(db):
    guest = await _saved(name="Ana Ruiz")
    sealing.seal(guest, name="Bea Ruiz")
    await guest.save()
    await sealing.index_words(guest, "name", "Bea Ruiz")
    assert ([await _find_words(query) for query in ("ana", "bea", "ruiz")]) == ([[], ["Bea Ruiz"], ["Bea Ruiz"]])
    await sealing.index_words(guest, "name", None)
    assert await IndexWord.all().count() == 0


async def test_words_that_outlived_their_name_are_not_believed(db):
    guest = await _saved(name="Ana")
    sealing.seal(guest, name="Bea")
    await guest.save()
    assert (await IndexWord.all().count(), await _find_words("ana")) == (1, [])


async def test_forgotten_rows_leave_no_words(db):
    gone, kept = await _saved(name="Ana"), await _saved(name="Anabel")
    await sealing.forget_words(gone.id)
    assert await IndexWord.all().distinct().values_list("row", flat=True) == [kept.id]


async def test_the_index_holds_numbers_in_order_and_no_text(db):
    await _saved(name="Anabel Li")
    words = await IndexWord.all()
    numbers = [word.token for word in words]
    key = sealing.prints.running().keyring.current(SCOPE)
    beginnings = [hashing._hash(key, Guest, "name", "word", part) for part in ("ana", "anab", "anabe", "anabel", "li")]
    assert {(word.place, word.scope) for word in words} == {("guest.name", SCOPE)}
    assert sorted(numbers) == sorted(beginnings)


def test_a_text_of_very_many_words_is_indexed_in_part():
    assert hashing.words_of(" ".join(f"w{n}" for n in range(1000))) == [f"w{n}" for n in range(24)]


# The life of a key


async def _populated(size=7):
    for number in range(size):
        await _saved(name=f"Guest {number}", email=f"guest{number}@example.org", note="nuts")
    await _saved(OTHER_EDITION, name="Other", email="other@example.org")


async def _key_ids(column="name", edition=EDITION):
    values = await Guest.filter(edition_id=edition).values_list(column, flat=True)
    return {value.split(".")[1] for value in values if value}


async def test_rotation_seals_every_row_of_the_scope_anew(db, ring):
    await _populated()
    old, elsewhere = ring.current(SCOPE), await Guest.get(edition_id=OTHER_EDITION)
    notes, told = set(await Guest.all().values_list("note", flat=True)), []
    result = await sealing.rotate(SCOPE, at_once=3, progress=lambda table, rows: told.append((table, rows)))
    new = ring.current(SCOPE)
    assert (result.rows, result.broken, told) == (7, set(), [("guest", 3), ("guest", 6), ("guest", 7)])
    assert (await _key_ids("name"), await _key_ids("email"), old.id == new.id) == ({new.id}, {new.id}, False)
    assert set(await Guest.all().values_list("note", flat=True)) == notes
    assert (await Guest.get(edition_id=OTHER_EDITION)).name == elsewhere.name
    assert sorted(_opened(await Guest.filter(edition_id=EDITION), "name", "email")) == [
        (f"Guest {n}", f"guest{n}@example.org") for n in range(7)]


async def test_after_rotation_rows_are_found_under_the_new_key_alone(db, ring):
    await _populated(2)
    await sealing.rotate(SCOPE)
    await sealing.retire(SCOPE)
    assert (len(ring.keys(SCOPE)), await sealing.check_keys()) == (1, None)
    assert _opened(await sealing.find(Guest, "email", "guest1@example.org", SCOPE), "name") == [("Guest 1",)]
    assert await _find_words("guest") == ["Guest 0", "Guest 1"]


async def test_rotation_gives_no_words_to_a_column_that_had_none(db):
    guest = _guest(name="Ana", email="ana@example.org")
    await guest.save()
    await sealing.rotate(SCOPE)
    assert await IndexWord.all().count() == 0


async def test_while_a_key_is_rotated_old_and_new_rows_are_found(db, ring):
    await _saved(name="Ana old", email="ana@example.org")
    ring.rotate(SCOPE)
    await _saved(name="Ana new", email="ana@example.org")
    found = await sealing.find(Guest, "email", "ana@example.org", SCOPE)
    assert sorted(_opened(found, "name")) == [("Ana new",), ("Ana old",)]
    assert await _find_words("ana") == ["Ana new", "Ana old"]


async def test_an_interrupted_rotation_is_gone_on_with(db, ring):
    await _populated()

    def interrupt(table, rows):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await sealing.rotate(SCOPE, at_once=3, progress=interrupt)
    assert len(await _key_ids()) == 2
    with pytest.raises(sealing.StillInUse, match=f"guest has rows under older keys of {SCOPE}"):
        await sealing.retire(SCOPE)
    rest, again = await sealing.reseal_all(SCOPE), await sealing.reseal_all(SCOPE)
    assert (rest.rows, again.rows, await _key_ids()) == (4, 0, {ring.current(SCOPE).id})


async def test_what_is_saved_during_a_rotation_stays(db, monkeypatch):
    guest = await _saved(name="Ana")
    from conference.core.sealing import rotation
    careful = rotation._Walk._reseal

    async def saved_in_between(walk, rows, result):
        await Guest.filter(id=guest.id).update(name=_renamed(guest))
        monkeypatch.setattr(rotation._Walk, "_reseal", careful)
        return await careful(walk, rows, result)

    monkeypatch.setattr(rotation._Walk, "_reseal", saved_in_between)
    result = await sealing.rotate(SCOPE)
    assert (result.rows, _opened(await Guest.all(), "name")) == (0, [("Bea",)])


def _renamed(guest):
    row = Guest(id=guest.id, edition_id=guest.edition_id)
    sealing.seal(row, name="Bea")
    return row.name


async def test_a_broken_row_is_named_and_stops_no_other(db, ring):
    await _populated(3)
    first = await Guest.filter(edition_id=EDITION).order_by("id").first()
    await Guest.filter(id=first.id).update(name=first.email)
    result = await sealing.rotate(SCOPE, at_once=2)
    assert (result.rows, result.broken) == (2, {("guest", first.id)})


async def test_donors_and_accounts_are_rotated_too(db, ring):
    login, giver, earlier = Login(), Giver(year=2027), Giver(year=2026)
    sealing.seal(login, email="ana@example.org")
    sealing.seal(giver, name="Ana")
    sealing.seal(earlier, name="Ana")
    for row in (login, giver, earlier):
        await row.save()
    rotated = [(await sealing.rotate(scope)).rows for scope in ("account", "donor:2027")]
    assert (rotated, (await Giver.get(id=earlier.id)).name) == ([1, 1], earlier.name)
    assert _opened(await Login.all(), "email") == [("ana@example.org",)]


async def test_reseal_renews_rows_in_hand(ring):
    guests = [_guest(name="Ana", email="ana@example.org"), _guest(name="Bo")]
    before = [guest.email_blind for guest in guests]
    new = ring.rotate(SCOPE)
    sealing.reseal(guests, "name", "email")
    assert {value.split(".")[1] for guest in guests for value in (guest.name, guest.email) if value} == {new.id}
    assert _opened(guests, "name", "email") == [("Ana", "ana@example.org"), ("Bo", None)]
    assert guests[0].email_blind != before[0]


async def test_resealing_what_is_gone_keeps_the_ciphertext(ring):
    guest = _guest(name="Ana")
    before = guest.name
    ring.destroy(SCOPE)
    sealing.reseal([guest], "name")
    assert guest.name == before


async def test_destroying_a_scope_empties_its_index_and_no_other(db, ring):
    await _populated(2)
    await sealing.record_keys()
    await sealing.destroy(SCOPE)
    guests = await Guest.filter(edition_id=EDITION)
    assert [plain.gone for plain in sealing.open(guests, "name", "email")] == [True, True]
    assert await Guest.filter(edition_id=EDITION, email_blind__isnull=False).count() == 0
    assert await IndexWord.all().distinct().values_list("scope", flat=True) == [OTHER_SCOPE]
    assert await KeyPrint.filter(destroyed_at=NOON).values_list("scope", flat=True) == [SCOPE]
    assert _opened(await sealing.find(Guest, "email", "other@example.org", OTHER_SCOPE), "name") == [("Other",)]
    assert await sealing.find(Guest, "email", "guest1@example.org", SCOPE) == []
    assert {plain.note for plain in sealing.open(await Guest.filter(edition_id=EDITION), "note")} == {"nuts"}
