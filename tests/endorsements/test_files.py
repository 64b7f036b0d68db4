"""The sign-on letter and the pages to sign on paper: what is in them, when they are made, and that they hold nobody who left."""

import io

import pikepdf
import pytest

from conference.core import jobs
from conference.core.blobs import Blob
from conference.endorsements import actions, exports, queries
from conference.endorsements.models import Kind
from tests.checkers import pdf as check
from tests.endorsements.conftest import ROOT


async def made(fixed_clock) -> None:
    """The letter that follows some minutes after."""
    fixed_clock.on(minutes=4)
    await jobs.run_due()


async def test_the_letter_follows_the_list_some_minutes_later(signing, visitor, fixed_clock):
    await jobs.run_due()
    assert (await visitor.get(f"{ROOT}/letter.pdf")).status_code == 404
    await signing.person("Ana")
    await signing.person("Bea")
    await jobs.run_due()
    early = await visitor.get(f"{ROOT}/letter.pdf")
    assert early.status_code == 404 and "The PDF is being made." in early.text and "letter.pdf" not in (await visitor.get(ROOT)).text
    await made(fixed_clock)
    answer = await visitor.get(f"{ROOT}/letter.pdf?lang=es")
    assert (answer.status_code, answer.headers["content-type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert answer.headers["content-disposition"] == 'inline; filename="2027-endorsements-letter-es.pdf"'
    assert f"{ROOT}/letter.pdf" in (await visitor.get(ROOT)).text
    kept = sorted(name.rpartition(".")[0].removeprefix("endorsements.") for name in await Blob.all().values_list("name", flat=True))
    assert kept == ["call.en", "call.es", "letter.en", "letter.es", "unity.en", "unity.es"]


async def test_who_leaves_is_in_no_file_from_that_moment(signing, visitor, fixed_clock):
    ana, _bea = await signing.person("Ana"), await signing.person("Bea")
    await made(fixed_clock)
    await actions.withdraw(ana)
    assert (await visitor.get(f"{ROOT}/letter.pdf")).status_code == 404
    await jobs.run_due()
    assert (await visitor.get(f"{ROOT}/letter.pdf")).status_code == 200


async def test_a_letter_made_before_somebody_left_is_not_kept(signing, fixed_clock):
    ana, _bea = await signing.person("Ana"), await signing.person("Bea")
    before = await exports.matter(signing.edition, queries.LETTER)
    await actions.withdraw(ana)
    assert not await actions.keep_files(signing.edition, queries.LETTER, before, {"en": b"old", "es": b"old"})
    assert await Blob.all().count() == 0


async def test_a_file_is_made_again_only_when_it_would_be_another(signing, fixed_clock, monkeypatch):
    await signing.person("Ana")
    await jobs.later("endorsements.make_files")
    await made(fixed_clock)
    first = {row.name: row.made for row in await Blob.all()}
    fixed_clock.on(hours=1)
    await jobs.later("endorsements.make_files")
    await jobs.run_due()
    assert (len(first), {row.name: row.made for row in await Blob.all()}) == (6, first)
    await signing.new_call()
    await jobs.later("endorsements.make_files")
    await jobs.run_due()
    kinds = sorted(name.split(".")[1] for name in await Blob.all().values_list("name", flat=True))
    assert kinds == ["call", "call", "unity", "unity"], "nobody has signed the new call, so there is no letter"


async def test_a_past_conference_keeps_its_letter_and_asks_for_no_pens(signing, visitor, fixed_clock):
    await signing.person("Ana")
    fixed_clock.on(days=90)
    await jobs.later("endorsements.make_files")
    await jobs.run_due()
    assert [(await visitor.get(ROOT + path)).status_code for path in ("/letter.pdf", "/call/print", "/call/print.pdf")] == [200, 200, 404]
    page = (await visitor.get(f"{ROOT}/call/print")).text
    assert ("Signing is closed" in page, "We sign this text" in page) == (True, False)


def everything_in(data: bytes) -> bytes:
    """All streams of a PDF, inflated, and all its objects."""
    with pikepdf.open(io.BytesIO(data)) as opened:
        streams = [one.read_bytes() for one in opened.objects if isinstance(one, pikepdf.Stream)]
        return b"\n".join([data, *streams, repr(list(opened.objects)).encode()])


@pytest.mark.usefixtures("real_pdfs")
async def test_the_files_are_sound_and_hold_what_is_public_alone(signing, visitor, fixed_clock):
    await signing.accepted("Harbor Kitchen & Ñandú <Co>", city="Gary", region="Indiana", signer="PLANTEDSIGNER", role="PLANTEDROLE")
    await signing.person("Ana", city="Chicago")
    await signing.person("PLANTEDQUIET", quiet=True)
    await signing.draft("PLANTEDDRAFT")
    await actions.take_down(signing.edition, signing.call, kind=Kind.PERSON, name="Paper", city="Gary", by=signing.by.id)
    await jobs.later("endorsements.make_files")
    await made(fixed_clock)
    for path, told in (
        ("letter.pdf?lang=en", ("We call you to Chicago.", "Version 1", "Organizations", "Harbor Kitchen & Ñandú <Co>", "Gary, Indiana", "Persons", "Ana", "Paper")),
        ("letter.pdf?lang=es", ("Le llamamos a Chicago.", "Versión 1", "Organizaciones", "Ana")),
        ("call/print.pdf?lang=en", ("Come as you are.", "We sign this text", "Signature", "hello@example.org")),
        ("unity/print.pdf?lang=es", ("Juntos", "Estamos juntos.", "Firma")),
    ):
        data = (await visitor.get(f"{ROOT}/{path}")).content
        assert data.startswith(b"%PDF") and check.qpdf_says(data) == "" and check.problems(data) == [], path
        words = check.spoken_text(data)
        assert [one for one in told if one not in words] == [], path
        assert b"PLANTED" not in everything_in(data) and "harbor.example" not in words


@pytest.mark.usefixtures("real_pdfs")
async def test_the_same_names_make_the_same_bytes(signing):
    await signing.person("Ana")
    one, two = [await exports.pdfs(await exports.matter(signing.edition, queries.LETTER)) for _ in range(2)]
    assert one == two and set(one) == {"en", "es"}
