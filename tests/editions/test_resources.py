"""Flyers and booklets: what editors add loses its metadata, counts its versions, and is seen by others once it is published."""

import asyncio
import hashlib
import io

import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from conference.core import blobs
from conference.core.blobs import Blob
from conference.editions import actions, stripping
from conference.editions.actions import resources
from conference.editions.models import Resource, ResourceFile, ResourceKind
from tests.agenda.counting import counting
from tests.hostile import TEXTS, URLENCODED, as_shown, form_body

OFFICE = "/office/editions/resources"
WORDS = {"kind": "palm-card", "title_en": "Know your rights", "title_es": "Conozca sus derechos", "about_en": "For the wallet.", "about_es": "Para la cartera."}
CANARY = b"Xylocanary"


def a_pdf(pages: int = 1, text: str = "") -> bytes:
    """Pages with something to print, and the canary wherever a file can tell of its maker."""
    told = CANARY.decode()
    pdf = pikepdf.new()
    for _page in range(pages):
        pdf.add_blank_page(page_size=(200, 300))
    page = pdf.pages[0]
    pdf.docinfo["/Author"] = told
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = [told]
    pdf.attachments["c.txt"] = pikepdf.AttachedFileSpec(pdf, CANARY, filename=f"{told}.txt", description=told)
    script = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String(told)))
    pdf.Root.OpenAction = script
    page.AA = pikepdf.Dictionary(O=script)
    page.PieceInfo = pikepdf.Dictionary(X=pikepdf.Dictionary(Private=pikepdf.String(told)))
    link, run = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.org/kept")), pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String(told))
    page.Annots = pikepdf.Array([
        pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=kind, Rect=[0, 0, 9, 9], T=pikepdf.String(told), Contents=pikepdf.String("note"), A=action)
        for kind, action in ((pikepdf.Name.Link, link), (pikepdf.Name.Link, run), (pikepdf.Name.Text, run))
    ])  # fmt: skip
    picture = pikepdf.Stream(pdf, a_photo(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=30, Height=20, ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8)
    picture.Filter = pikepdf.Name.DCTDecode
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=picture))
    page.Contents = pikepdf.Stream(pdf, b"q 30 0 0 20 0 0 cm /I Do Q % " + text.encode())
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def a_photo() -> bytes:
    """Thirty points wide and twenty high, to be seen standing, with the canary among the camera's notes."""
    picture, out = Image.new("RGB", (30, 20), (200, 30, 40)), io.BytesIO()
    notes = picture.getexif()
    notes[0x010E], notes[0x0112] = CANARY.decode(), 6
    picture.save(out, "JPEG", exif=notes, comment=CANARY)
    return out.getvalue()


def a_drawing(mode: str = "RGBA") -> bytes:
    notes, out = PngImagePlugin.PngInfo(), io.BytesIO()
    notes.add_text("Author", CANARY.decode())
    Image.new(mode, (30, 20)).save(out, "PNG", pnginfo=notes)
    return out.getvalue() + CANARY


def everything_in(data: bytes) -> bytes:
    """All of a file; of a PDF its streams inflated and its objects too."""
    if not data.startswith(b"%PDF"):
        return data
    with pikepdf.open(io.BytesIO(data)) as opened:
        streams = [one for one in opened.objects if isinstance(one, pikepdf.Stream)]
        inside = [one.read_raw_bytes() if one.get("/Filter") == "/DCTDecode" else one.read_bytes() for one in streams]
        return b"\n".join([data, *inside, repr(list(opened.objects)).encode(), repr(opened.trailer).encode()])


async def a_resource(cast, *, language: str = "en", body: bytes = b"", public: bool = True, slug: str = "rights-card") -> Resource:
    await cast.edition()
    made = await actions.create_resource(
        slug=slug, kind=ResourceKind.PALM_CARD, title={"en": "Know your rights", "es": "Conozca sus derechos"}, about={"en": "For the wallet.", "es": "Para la cartera."}
    )
    await actions.add_file(made, language, body or a_drawing())
    if public:
        await actions.publish_resource(made)
    return made


# Stripping


@pytest.mark.parametrize(("body", "media_type", "pages"), [(a_pdf(2), "application/pdf", 2), (a_photo(), "image/jpeg", None), (a_drawing(), "image/png", None)])
def test_what_a_file_tells_of_its_maker_is_gone(body, media_type, pages):
    assert everything_in(body).count(CANARY) >= 1
    bare = stripping.strip(body, title="Know your rights", language="en")
    assert (everything_in(bare.body).count(CANARY), bare.media_type, bare.pages) == (0, media_type, pages)
    assert stripping.strip(body, title="Know your rights", language="en").body == bare.body


def test_a_pdf_keeps_its_pages_pictures_and_links_and_says_our_title():
    bare = stripping.strip(a_pdf(3, "printed"), title="Conozca sus derechos", language="es").body
    with pikepdf.open(io.BytesIO(bare)) as opened:
        assert (len(opened.pages), str(opened.Root.Lang), b"printed" in opened.pages[0].Contents.read_bytes()) == (3, "es", True)
        assert [str(one.A.URI) if "/A" in one else None for one in opened.pages[0].Annots] == ["https://example.org/kept", None]
        assert opened.pages[0].Resources.XObject.I.read_raw_bytes()[:2] == b"\xff\xd8"
        assert not {"/OpenAction", "/AcroForm", "/AF"} & set(opened.Root.keys()) and "/Info" not in opened.trailer
        with opened.open_metadata() as told:
            assert dict(told) == {"{http://purl.org/dc/elements/1.1/}title": "Conozca sus derechos"}


def test_what_a_pdf_promises_to_screen_readers_stays():
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    with pdf.open_metadata() as told:
        told["pdfuaid:part"], told["dc:creator"] = "1", [CANARY.decode()]
    pdf.save(out)
    with pikepdf.open(io.BytesIO(stripping.strip(out.getvalue(), title="A", language="en").body)) as opened, opened.open_metadata() as told:
        assert (told["pdfuaid:part"], "dc:creator" in told) == ("1", False)


def test_a_photo_is_turned_as_it_is_to_be_seen():
    assert Image.open(io.BytesIO(stripping.strip(a_photo(), title="", language="en").body)).size == (20, 30)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_drawing_stays_what_it_is(mode):
    seen = Image.open(io.BytesIO(stripping.strip(a_drawing(mode), title="", language="en").body))
    assert (seen.mode, seen.size, seen.info.get("Author")) == (mode, (30, 20), None)


def _locked() -> bytes:
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def _huge() -> bytes:
    """A small file that would unfold to a picture of 36 million points."""
    out = io.BytesIO()
    Image.new("1", (6_000, 6_000)).save(out, "PNG")
    return out.getvalue()


BAD = {
    "nothing": (b"", "UnknownFile"), "words": (b"hello", "UnknownFile"), "a page": (b"<html><script>alert(1)</script>", "UnknownFile"), "SVG": (b"<svg/>", "UnknownFile"),
    "a GIF": (b"GIF89a" + bytes(40), "UnknownFile"), "half a PDF": (a_pdf()[:30], "UnknownFile"), "a PDF in name": (b"%PDF-1.7 hello", "UnknownFile"), "half a photo": (a_photo()[:200], "UnknownFile"),
    "half a drawing": (a_drawing()[:40], "UnknownFile"), "a PNG that is a JPEG": (b"\x89PNG\r\n\x1a\n" + a_photo(), "UnknownFile"), "a locked PDF": (_locked(), "LockedFile"), "a huge picture": (_huge(), "TooManyParts"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_such_file_is_refused(what):
    body, refusal = BAD[what]
    with pytest.raises(Exception) as raised:
        stripping.strip(body, title="", language="en")
    assert (type(raised.value).__name__, raised.value.field) == (refusal, "file")


# Versions


async def test_versions_count_on_within_a_language(cast):
    made = await a_resource(cast)
    bodies = {text: a_pdf(text=text) for text in "abc"}
    found = [await actions.add_file(made, language, bodies[text]) for language, text in (("en", "a"), ("es", "a"), ("en", "b"), ("en", "b"), ("en-es", "c"))]
    assert [(one.language, one.version, one.name) for one in found] == [
        ("en", 2, "rights-card-en.pdf"), ("es", 1, "rights-card-es.pdf"), ("en", 3, "rights-card-en.pdf"), ("en", 3, "rights-card-en.pdf"), ("en-es", 1, "rights-card-en-es.pdf"),
    ]  # fmt: skip
    assert await ResourceFile.all().count() == await Blob.all().count() == 5


async def test_a_number_is_not_given_again(cast):
    made = await a_resource(cast)
    second = await actions.add_file(made, "en", a_pdf(text="a"))
    await actions.take_back(second)
    assert (await actions.add_file(made, "en", a_pdf(text="a"))).version == 3
    assert await blobs.get(second.id, "file") is None


async def test_two_files_at_once_get_two_numbers(cast):
    made = await a_resource(cast)
    found = await asyncio.gather(*(actions.add_file(made, "en", a_pdf(text=str(number))) for number in range(6)))
    assert sorted(one.version for one in found) == [2, 3, 4, 5, 6, 7]


async def test_a_heavy_file_is_refused_before_anything_is_done_with_it(cast, monkeypatch):
    made = await a_resource(cast)
    monkeypatch.setattr(blobs, "LARGEST", 100)
    with pytest.raises(resources.TooHeavy):
        await actions.add_file(made, "en", b"%PDF-" + bytes(100))


# Visitors


async def test_visitors_find_it_by_kind_and_language_and_take_it_along(cast, visitor):
    made = await a_resource(cast, body=a_pdf(2))
    await actions.add_file(made, "es", a_photo())
    page = (await visitor.get("/resources")).text
    for told in ("<h2 class=\"ruled\">Palm cards</h2>", "Know your rights", "For the wallet.", "PDF, 2 pages, ", "JPEG, 1 kB", "Version 1, May 1, 2027", 'href="/resources/rights-card/1/rights-card-en.pdf"'):
        assert told in page, told
    spanish = (await visitor.get("/resources/in/es?lang=es")).text
    assert ("Conozca sus derechos" in spanish, "rights-card-es.jpg" in spanish, "rights-card-en.pdf" in spanish, "Tarjetas de mano" in spanish) == (True, True, False, True)
    answer = await visitor.get("/resources/rights-card/1/rights-card-en.pdf")
    told = {name: answer.headers.get(name) for name in ("content-type", "content-disposition", "cache-control", "x-content-type-options")}
    assert told == {
        "content-type": "application/pdf", "content-disposition": 'inline; filename="rights-card-en.pdf"', "cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff",
    }  # fmt: skip
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"' and CANARY not in everything_in(answer.content)
    again = await visitor.get("/resources/rights-card/1/rights-card-en.pdf", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_older_versions_stay_within_reach_and_the_list_shows_the_newest(cast, visitor):
    made = await a_resource(cast)
    await actions.add_file(made, "en", a_pdf(text="second"))
    page, all_of_it = (await visitor.get("/resources")).text, (await visitor.get("/resources/rights-card")).text
    assert ("/2/rights-card-en.pdf" in page, "/1/rights-card-en.png" in page) == (True, False)
    assert ("/2/rights-card-en.pdf" in all_of_it, "/1/rights-card-en.png" in all_of_it) == (True, True)
    assert (await visitor.get("/resources/rights-card/1/rights-card-en.png")).status_code == 200


async def test_what_is_not_published_is_for_editors(cast, visitor):
    made = await a_resource(cast, public=False)
    paths = ("/resources/rights-card", "/resources/rights-card/1/rights-card-en.png")
    assert ["rights" in (await visitor.get("/resources")).text, *[(await visitor.get(path)).status_code for path in paths]] == [False, 404, 404]
    await actions.publish_resource(made)
    assert ["Know your rights" in (await visitor.get("/resources")).text, *[(await visitor.get(path)).status_code for path in paths]] == [True, 200, 200]
    await actions.withdraw_resource(made)
    assert ["Know your rights" in (await visitor.get("/resources")).text, *[(await visitor.get(path)).status_code for path in paths]] == [False, 404, 404]


async def test_a_version_taken_back_is_gone_for_everybody(cast, visitor):
    made = await a_resource(cast)
    await actions.take_back(await ResourceFile.get())
    assert (await Resource.get()).public is False
    await actions.add_file(made, "en", a_pdf())
    await actions.publish_resource(made)
    assert (await visitor.get("/resources/rights-card/1/rights-card-en.png")).status_code == 410
    assert "Version 1" not in (await visitor.get("/resources/rights-card")).text


@pytest.mark.parametrize("path", ["/in/fr", "/nothing", "/rights-card/2/rights-card-en.png", "/rights-card/1/rights-card-es.png", "/rights-card/1/../../etc/passwd", "/rights-card/x/rights-card-en.png", "/rights-card/99999999999999999999/rights-card-en.png"])
async def test_there_is_nothing_under_a_wrong_address(cast, visitor, path):
    await a_resource(cast)
    assert (await visitor.get(f"/resources{path}")).status_code == 404


async def test_an_empty_room_says_what_will_be_there(cast, visitor):
    await cast.organization()
    page = await visitor.get("/resources")
    assert (page.status_code, "Flyers, palm cards and booklets to print will be here" in page.text, "etag" in page.headers) == (200, True, True)


async def test_the_lists_cost_the_same_for_one_and_for_thirty(cast, visitor):
    fay, counts = await _fay(cast), []
    for slugs in (["a0"], [f"b{number}" for number in range(29)]):
        for slug in slugs:
            await a_resource(cast, slug=slug)
        for path, browser in (("/resources", visitor), (OFFICE, fay)):
            await browser.get(path)
            await actions.change_resource(await Resource.get(slug="a0"), about={})
            with counting() as said:
                assert (await browser.get(path)).status_code == 200
            counts.append(len([one for one in said if 'FROM "version"' not in one]))
    assert counts[:2] == counts[2:]


# Editors


async def _fay(cast):
    """An editor of the whole organization; the cast's Fay is one of an edition."""
    from conference.editions.actions import give_duty
    from conference.editions.models import Duties

    await give_duty(await cast.person("fay"), None, Duties.EDITOR)
    return await cast.browser("fay")


@pytest.mark.parametrize("end", ["", "/new", "/rights-card", "/rights-card/files/new", "/rights-card/files/{file}"])
async def test_the_pages_are_for_editors_of_the_whole_organization(cast, visitor, end):
    await a_resource(cast)
    path = OFFICE + end.format(file=(await ResourceFile.get()).id)
    assert (await visitor.get(path)).headers["location"].startswith("/sign-in?next=")
    found = {name: (await (await cast.browser(name)).get(path)).status_code for name in ("dov", "bo", "gus")} | {"fay": (await (await _fay(cast)).get(path)).status_code}
    assert found == {"dov": 404, "bo": 403, "gus": 200, "fay": 200}


@pytest.mark.parametrize("end", ["/new", "/rights-card", "/rights-card/publication", "/rights-card/withdrawal", "/rights-card/files/new", "/rights-card/files/{file}/removal"])
async def test_nobody_else_posts(cast, visitor, end):
    await a_resource(cast, public=False)
    path = OFFICE + end.format(file=(await ResourceFile.get()).id)
    assert [(await visitor.post(path)).status_code, *[(await (await cast.browser(name)).post(path)).status_code for name in ("dov", "bo")]] == [401, 404, 403]
    assert ((await Resource.get()).public, (await ResourceFile.get()).gone) == (False, None)


@pytest.mark.parametrize("end", ["/nothing", "/nothing/files/new", "/rights-card/files/00000000-0000-4000-8000-000000000000"])
async def test_editors_find_nothing_under_a_wrong_address(cast, end):
    await a_resource(cast)
    assert (await (await _fay(cast)).get(OFFICE + end)).status_code == 404


async def test_from_an_idea_to_a_file_for_everybody(cast, visitor):
    await cast.edition()
    fay = await _fay(cast)
    assert "Nothing to hand out yet" in (await fay.get(OFFICE)).text
    answer = await fay.post(f"{OFFICE}/new", data=WORDS | {"slug": "rights-card"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{OFFICE}/rights-card")
    early = await fay.post(f"{OFFICE}/rights-card/publication")
    assert (early.status_code, "There is no file to show yet: add one first." in early.text) == (422, True)
    answer = await fay.post(f"{OFFICE}/rights-card/files/new", data={"language": "es"}, files={"file": (f"{CANARY.decode()}.exe", a_pdf(), "text/html")})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{OFFICE}/rights-card")
    page = (await fay.get(f"{OFFICE}/rights-card")).text
    assert "Spanish, version 1" in page and "not shown yet" in page and CANARY.decode() not in page
    kept = await ResourceFile.get()
    seen = await fay.get(f"{OFFICE}/rights-card/files/{kept.id}")
    assert (seen.headers["content-type"], seen.headers["cache-control"], CANARY in everything_in(seen.content)) == ("application/pdf", "no-store, private", False)
    await fay.post(f"{OFFICE}/rights-card/publication")
    assert (await visitor.get("/resources/rights-card/1/rights-card-es.pdf")).content == seen.content
    await fay.post(f"{OFFICE}/rights-card", data=WORDS | {"title_en": "Rights, on a card", "kind": "flyer"})
    assert "Rights, on a card" in (await visitor.get("/resources")).text
    await fay.post(f"{OFFICE}/rights-card/files/{kept.id}/removal")
    assert "taken back" in (await fay.get(f"{OFFICE}/rights-card")).text and (await visitor.get("/resources/rights-card")).status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"slug": ""}, "Please fill this in."),
        ({"slug": "Know your rights"}, "Use small letters, figures and hyphens, such as know-your-rights."),
        ({"slug": "new"}, "Use small letters, figures and hyphens, such as know-your-rights."),
        ({"slug": "rights-card"}, "There is something with this short name already. Choose another."),
        ({"kind": "nonsense"}, "Please choose one of these."),
        ({"title_es": ""}, "Please fill this in."),
        ({"about_en": "x" * 601}, "Please use at most 600 characters; this has 601."),
    ],
)
async def test_what_cannot_be_used_is_said_and_the_words_are_kept(cast, fields, said):
    await a_resource(cast)
    answer = await (await _fay(cast)).post(f"{OFFICE}/new", data=WORDS | {"slug": "another"} | fields)
    assert (answer.status_code, answer.text.count(f"</span> {said}"), 'value="Know your rights"' in answer.text) == (422, 1, True)
    assert await Resource.all().count() == 1


@pytest.mark.parametrize("what", TEXTS)
async def test_whatever_is_typed_is_shown_as_text(cast, visitor, what):
    sent, left = TEXTS[what]
    made = await a_resource(cast)
    body = form_body(WORDS, title_en=sent, about_en=sent)
    answer = await (await _fay(cast)).post(f"{OFFICE}/rights-card", content=body, headers=URLENCODED)
    assert answer.status_code in (303, 400)
    if left is not None:
        assert (await Resource.get(id=made.id)).title["en"] == left and f"<h1>{as_shown(left)}</h1>" in (await visitor.get("/resources/rights-card")).text


@pytest.mark.parametrize("what", [name for name in BAD if name != "nothing"])
async def test_a_file_that_cannot_be_used_is_refused_in_words(cast, what):
    await a_resource(cast)
    answer = await (await _fay(cast)).post(f"{OFFICE}/rights-card/files/new", data={"language": "en"}, files={"file": ("a.pdf", BAD[what][0], "application/pdf")})
    assert (answer.status_code, answer.text.count('id="file-wrong"'), await ResourceFile.all().count()) == (422, 1, 1)


@pytest.mark.parametrize(("data", "files"), [({"language": "en"}, {}), ({"language": "en", "file": "words"}, {}), ({"language": "en"}, {"file": ("", b"", "application/pdf")}), ({"language": "fr"}, {"file": ("a.pdf", a_drawing(), "image/png")}), ({}, {"file": ("a.png", a_drawing(), "image/png"), "language": ("a.txt", b"en", "text/plain")})])
async def test_a_form_without_a_file_or_a_language_is_refused(cast, data, files):
    await a_resource(cast)
    answer = await (await _fay(cast)).post(f"{OFFICE}/rights-card/files/new", data=data, **({"files": files} if files else {}))
    assert (answer.status_code, await ResourceFile.all().count()) == (422, 1)


async def test_this_form_takes_what_others_do_not_and_only_from_editors(cast, visitor):
    """Eight million bytes of a picture that are no picture come as far as the form; a little more does not, nor anything of the kind elsewhere."""
    await a_resource(cast)
    fay, path = await _fay(cast), f"{OFFICE}/rights-card/files/new"

    async def send(browser, size: int, to: str = path) -> int:
        return (await browser.post(to, data={"language": "en"}, files={"file": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(size), "image/png")})).status_code

    found = [await send(fay, 7_900_000), await send(fay, 8_100_000), await send(fay, 8_600_000), await send(fay, 600_000, f"{OFFICE}/new"), await send(visitor, 600_000), await send(await cast.browser("dov"), 600_000)]
    assert found == [422, 422, 413, 413, 413, 404]
