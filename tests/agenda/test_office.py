"""The editors' pages: who may come, forms that keep what was typed, the list beside what is published, releasing."""

import re
from datetime import date
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from conference.agenda import actions, queries
from conference.agenda.models import Contribution, Contributor, Placement, Release, Room, Session, Track
from conference.app import App
from conference.core import sealing
from conference.editions.models import Edition
from tests.agenda.counting import counting
from tests.agenda.hall import a_hall, a_session, placement, release, shift
from tests.cast import Browser, Cast

OFFICE = "/office/2027/agenda"
SESSION = {
    "code": "NEWER1",
    "title_en": "Wages",
    "title_es": "Salarios",
    "kind": "breakout",
    "track": "work",
    "audience": "public",
    "languages": ["en", "es"],
}
TIME = {"day": "2027-07-24", "starts": "09:30", "ends": "11:00", "room": "hall"}
PERSON = {"name": "Pilar", "role_en": "Chair", "role_es": "Modera", "audience": "public"}
ROOM = {
    "slug": "attic",
    "name_en": "Attic",
    "name_es": "Ático",
    "capacity": "30",
    "floor": "3",
    "audience": "public",
    "place": "5",
}
TRACK = {"slug": "law", "name_en": "Law", "name_es": "Leyes", "color": "slate", "place": "5"}
LONG, BAD = "x" * 100_000, "\x00\x07\u202e\ufeff"


@pytest.fixture
async def edition(cast: Cast) -> Edition:
    made = await cast.edition()
    await a_hall(made)
    await a_session(made, "AAAAA1", (9, 0))
    return made


@pytest.fixture
async def fay(cast: Cast, edition: Edition) -> Browser:
    """Fay is an editor."""
    return await cast.browser("fay")


async def addresses(edition: Edition) -> dict[str, str]:
    """Every page of this office by what it is; those that only take posts begin with ``post``."""
    one = await placement(edition, "AAAAA1")
    session = await queries.session(edition, "AAAAA1")
    named = await actions.name_contributor(session, name="Ana", role={"en": "Chair"}, audience="participants")
    return {
        "list": f"{OFFICE}/", "new session": f"{OFFICE}/sessions/new", "session": f"{OFFICE}/sessions/AAAAA1", "time": f"{OFFICE}/sessions/AAAAA1/placements/new",
        "move": f"{OFFICE}/placements/{one.id}", "name": f"{OFFICE}/sessions/AAAAA1/contributors/new", "person": f"{OFFICE}/contributions/{named.id}",
        "new room": f"{OFFICE}/rooms/new", "room": f"{OFFICE}/rooms/hall", "new track": f"{OFFICE}/tracks/new", "track": f"{OFFICE}/tracks/work", "release": f"{OFFICE}/release",
        "post session": f"{OFFICE}/sessions/AAAAA1/removal", "post cancel": f"{OFFICE}/placements/{one.id}/cancellation", "post restore": f"{OFFICE}/placements/{one.id}/restoration",
        "post unplace": f"{OFFICE}/placements/{one.id}/removal", "post person": f"{OFFICE}/contributions/{named.id}/removal", "post room": f"{OFFICE}/rooms/river/removal",
        "post track": f"{OFFICE}/tracks/work/removal", "post back": f"{OFFICE}/releases/1/rollback",
    }  # fmt: skip


async def test_every_page_shows_itself_to_an_editor(fay: Browser, edition: Edition) -> None:
    await release(edition)
    for name, path in (await addresses(edition)).items():
        answer = await fay.get(path)
        assert (name, answer.status_code) == (name, 405 if name.startswith("post") else 200)
        if not name.startswith("post"):
            assert answer.headers["cache-control"] == "no-store"
            assert (await fay.get(path + "?lang=es")).status_code == 200


async def test_strangers_see_nothing_and_other_duties_are_refused(
    visitor: Browser, cast: Cast, edition: Edition, fixed_clock
) -> None:
    browsers = {}
    for name in ("dov", "eve", "cleo"):
        fixed_clock.on(seconds=1)
        browsers[name] = await cast.browser(name)
    for name, path in (await addresses(edition)).items():
        ask = "POST" if name.startswith("post") else "GET"
        asked = await visitor.request(ask, path)
        expected = (401, None) if ask == "POST" else (303, "/sign-in")
        assert (name, asked.status_code, (asked.headers.get("location") or "?").split("?")[0] or None) == (
            name,
            *expected,
        )
        assert (name, [(await browsers[one].request(ask, path)).status_code for one in ("dov", "eve", "cleo")]) == (
            name,
            [404, 403, 403],
        )
    assert (await Session.all().count(), await Placement.all().count(), await Contribution.all().count()) == (1, 1, 1)


async def test_unknown_things_are_not_found(fay: Browser, edition: Edition, cast: Cast) -> None:
    other = await cast.edition("2026", begins=date(2026, 7, 24), ends=date(2026, 7, 26))
    await a_hall(other)
    await a_session(other, "OTHER1", day=date(2026, 7, 24))
    foreign = await placement(other, "OTHER1")
    paths = (
        "sessions/ZZZZZ9",
        "sessions/OTHER1",
        f"placements/{uuid4()}",
        f"placements/{foreign.id}",
        "placements/x",
        "rooms/none",
        "tracks/none",
        f"contributions/{uuid4()}",
    )
    for path in paths:
        assert (path, (await fay.get(f"{OFFICE}/{path}")).status_code) == (path, 404)
    for path in (
        "sessions/ZZZZZ9/removal",
        f"placements/{foreign.id}/cancellation",
        "releases/9/rollback",
        "rooms/none/removal",
    ):
        assert (path, (await fay.post(f"{OFFICE}/{path}")).status_code) == (path, 404)
    assert (await fay.get("/office/1999/agenda/")).status_code == 404


# Sessions


async def test_a_session_is_added_placed_and_peopled(fay: Browser, edition: Edition) -> None:
    answer = await fay.post(
        f"{OFFICE}/sessions/new",
        data=SESSION
        | {"links": "https://example.org/a  Slides of it\n\nhttps://example.org/b", "signup": "24", "captions": "y"},
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"{OFFICE}/sessions/NEWER1")
    made = await queries.session(edition, "NEWER1")
    assert (made.title, made.kind, made.track.slug, made.languages, made.signup, made.captions, made.recorded) == (
        {"en": "Wages", "es": "Salarios"}, "breakout", "work", ["en", "es"], 24, True, False,
    )  # fmt: skip
    assert made.links == [
        {"url": "https://example.org/a", "title": "Slides of it"},
        {"url": "https://example.org/b", "title": "https://example.org/b"},
    ]
    assert "Without a time" in (await fay.get(f"{OFFICE}/")).text

    answer = await fay.post(f"{OFFICE}/sessions/NEWER1/placements/new", data=TIME)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{OFFICE}/sessions/NEWER1")
    one = await placement(edition, "NEWER1")
    assert (one.starts.isoformat(), one.ends.isoformat(), one.room.slug) == (
        "2027-07-24T14:30:00+00:00",
        "2027-07-24T16:00:00+00:00",
        "hall",
    )
    assert one.uid != one.id

    answer = await fay.post(f"{OFFICE}/sessions/NEWER1/contributors/new", data=PERSON)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{OFFICE}/sessions/NEWER1")
    [named] = await queries.contributions(made)
    assert (sealing.open_one(named.contributor, "name").name, named.role, named.audience) == (
        "Pilar",
        {"en": "Chair", "es": "Modera"},
        "public",
    )
    page = (await fay.get(f"{OFFICE}/sessions/NEWER1")).text
    assert [
        words in page
        for words in (
            "Saturday, July 24, 2027, 9:30\xa0AM – 11:00\xa0AM",
            "Great Hall",
            "Pilar",
            "Chair",
            "https://example.org/a Slides of it",
        )
    ] == [True] * 5


async def test_a_session_is_changed(fay: Browser, edition: Edition) -> None:
    answer = await fay.post(
        f"{OFFICE}/sessions/AAAAA1",
        data={"title_en": "Other", "kind": "plenary", "audience": "participants", "code": "HACKED"},
    )
    assert answer.status_code == 303
    changed = await queries.session(edition, "AAAAA1")
    assert (changed.title, changed.kind, changed.track, changed.audience, changed.languages) == (
        {"en": "Other"},
        "plenary",
        None,
        "participants",
        [],
    )


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("code", "", "Please fill this in."),
        ("code", "AB12", "A code has six letters or digits"),
        ("code", "ÑÑÑÑÑÑ", "A code has six letters or digits"),
        ("code", "AAAAA1", "Another session has this code"),
        ("title_en", "   ", "Please fill this in."),
        ("title_en", LONG, "Please use at most 200 characters"),
        ("title_en", BAD, "Please fill this in."),
        ("abstract_en", LONG, "Please use at most 4000 characters"),
        ("kind", "party", "Please choose one of these."),
        ("track", "none", "Please choose one of these."),
        ("audience", "", "Please choose one of these."),
        ("signup", "0", "Please write a number from 1"),
        ("signup", "many", "Please write a whole number."),
        ("links", "javascript:alert(1) x", "Each line begins with an address"),
        ("links", "https://<b>.org x", "Each line begins with an address"),
        ("links", "https://example.org/" + "x" * 600, "Each line begins with an address"),
        ("links", "\n".join(["https://example.org/ x"] * 21), "Please give at most 20 links."),
    ],
)
async def test_a_refusal_keeps_what_was_typed(
    fay: Browser, edition: Edition, field: str, value: str, said: str
) -> None:
    sent = SESSION | {"title_es": 'Kept "words" <b>', "links": "https://example.org/ kept"} | {field: value}
    body = urlencode(sent, doseq=True, encoding="utf-8", errors="surrogatepass")  # as no browser would send it
    answer = await fay.post(
        f"{OFFICE}/sessions/new", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert "Kept &#34;words&#34; &lt;b&gt;" in answer.text
    assert await Session.all().count() == 1


async def test_emoji_and_right_to_left_marks_are_kept(fay: Browser, edition: Edition) -> None:
    title = "🌻 \u200fשלום <b>&amp;"
    assert (await fay.post(f"{OFFICE}/sessions/new", data=SESSION | {"title_en": title})).status_code == 303
    assert (await queries.session(edition, "NEWER1")).title["en"] == title
    page = (await fay.get(f"{OFFICE}/")).text
    assert "<b>&amp;amp;" not in page
    assert "&lt;b&gt;&amp;amp;" in page


async def test_a_file_where_words_belong_is_refused(fay: Browser, edition: Edition) -> None:
    answer = await fay.post(
        f"{OFFICE}/sessions/new",
        data={name: value for name, value in SESSION.items() if name != "title_en"},
        files={"title_en": ("x.txt", b"words")},
    )
    assert answer.status_code == 422


async def test_a_form_from_elsewhere_is_refused(fay: Browser, edition: Edition) -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": ""}):
        assert (await fay.post(f"{OFFICE}/sessions/new", data=SESSION, headers=headers)).status_code == 403
    assert await Session.all().count() == 1


async def test_a_form_sent_twice_adds_one(fay: Browser, edition: Edition) -> None:
    answers = [await fay.post(f"{OFFICE}/sessions/new", data=SESSION) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [303, 422]
    answers = [await fay.post(f"{OFFICE}/sessions/NEWER1/contributors/new", data=PERSON) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [303, 422]
    assert (await Session.filter(code="NEWER1").count(), await Contributor.all().count()) == (1, 1)


async def test_only_a_session_without_notes_goes(fay: Browser, edition: Edition) -> None:
    await fay.post(f"{OFFICE}/sessions/AAAAA1/contributors/new", data=PERSON)
    answer = await fay.post(f"{OFFICE}/sessions/AAAAA1/removal")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{OFFICE}/")
    assert (await Session.all().count(), await Placement.all().count(), await Contributor.all().count()) == (0, 0, 0)


# Times


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"day": ""}, "Please fill this in."),
        ({"day": "tomorrow"}, "Please write the day as year-month-day"),
        ({"starts": "25:00"}, "Please write the time like 14:30."),
        ({"starts": ""}, "Please fill this in."),
        ({"ends": "09:30"}, "It would end before it begins."),
        ({"ends": "09:00"}, "It would end before it begins."),
        ({"room": "none"}, "Please choose one of these."),
        ({"day": "2027-03-14", "starts": "02:30", "ends": "04:00"}, "This hour does not exist on that day"),
    ],
)
async def test_times_that_cannot_be(fay: Browser, edition: Edition, sent: dict, said: str) -> None:
    answer = await fay.post(f"{OFFICE}/sessions/AAAAA1/placements/new", data=TIME | sent)
    assert answer.status_code == 422
    assert said in answer.text
    for value in sent.values():
        assert f'value="{value}"' in answer.text or value in ("", "none")
    assert await Placement.all().count() == 1


async def test_a_time_is_moved_cancelled_restored_and_taken_off(fay: Browser, edition: Edition) -> None:
    one = await placement(edition, "AAAAA1")
    page = (await fay.get(f"{OFFICE}/placements/{one.id}")).text
    assert [f'value="{value}"' in page for value in ("2027-07-23", "09:00", "10:00")] == [True] * 3
    assert (await fay.post(f"{OFFICE}/placements/{one.id}", data=TIME | {"room": ""})).status_code == 303
    moved = await placement(edition, "AAAAA1")
    assert (moved.uid, moved.number, moved.room, moved.starts.isoformat()) == (
        one.uid,
        one.number,
        None,
        "2027-07-24T14:30:00+00:00",
    )
    states = []
    for step in ("cancellation", "cancellation", "restoration"):
        assert (await fay.post(f"{OFFICE}/placements/{one.id}/{step}")).status_code == 303
        states.append(str((await placement(edition, "AAAAA1")).state))
    assert states == ["cancelled", "cancelled", "planned"]
    assert (await fay.post(f"{OFFICE}/placements/{one.id}/removal")).status_code == 303
    assert (await fay.post(f"{OFFICE}/placements/{one.id}/removal")).status_code == 404
    assert await Placement.all().count() == 0


# People


async def test_the_same_name_is_the_same_person_and_is_forgotten_with_the_last_session(
    fay: Browser, edition: Edition
) -> None:
    await a_session(edition, "BBBBB2", (9, 30), room="river")
    for code in ("AAAAA1", "BBBBB2"):
        await fay.post(f"{OFFICE}/sessions/{code}/contributors/new", data=PERSON)
    assert (await Contributor.all().count(), await Contribution.all().count()) == (1, 2)
    assert "Pilar is named in two sessions at once" in (await fay.get(f"{OFFICE}/")).text
    one, other = await Contribution.all()
    await fay.post(f"{OFFICE}/contributions/{one.id}", data=PERSON | {"name": "Lucha", "audience": "staff"})
    assert {sealing.open_one(person, "name").name for person in await Contributor.all()} == {"Lucha"}
    assert sorted(str(row.audience) for row in await Contribution.all()) == ["public", "staff"]
    for row in (one, other):
        assert (await fay.post(f"{OFFICE}/contributions/{row.id}/removal")).status_code == 303
    assert await Contributor.all().count() == 0


async def test_a_person_without_a_name_is_refused(fay: Browser, edition: Edition) -> None:
    answer = await fay.post(
        f"{OFFICE}/sessions/AAAAA1/contributors/new", data=PERSON | {"name": " ", "role_en": "Kept"}
    )
    assert (answer.status_code, 'value="Kept"' in answer.text, await Contributor.all().count()) == (422, True, 0)


# Rooms and tracks


@pytest.mark.parametrize(("kind", "sent", "model"), [("rooms", ROOM, Room), ("tracks", TRACK, Track)])
async def test_rooms_and_tracks(fay: Browser, edition: Edition, kind: str, sent: dict, model: type) -> None:
    slug, before = sent["slug"], await model.all().count()
    answers = [await fay.post(f"{OFFICE}/{kind}/new", data=sent) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [303, 422]
    assert "This word is taken already" in answers[1].text
    for bad in ("", "Big Hall", "new", "9", "-a", "a" * 61):
        refused = await fay.post(f"{OFFICE}/{kind}/new", data=sent | {"slug": bad})
        assert (bad, refused.status_code, sent["name_es"] in refused.text) == (bad, 422, True)
    assert (await fay.post(f"{OFFICE}/{kind}/{slug}", data=sent | {"name_en": "Renamed"})).status_code == 303
    assert (await model.get(slug=slug)).name == {"en": "Renamed", "es": sent["name_es"]}
    assert (await fay.post(f"{OFFICE}/{kind}/{slug}/removal")).status_code == 303
    assert await model.all().count() == before


@pytest.mark.parametrize("path", ["rooms/hall", "tracks/work"])
async def test_what_a_session_uses_stays(fay: Browser, edition: Edition, path: str) -> None:
    answer = await fay.post(f"{OFFICE}/{path}/removal")
    assert (answer.status_code, "Something still hangs on it" in answer.text) == (409, True)
    assert (await Room.all().count(), await Track.all().count()) == (2, 1)


# The list, and releasing


async def test_the_list_says_how_the_draft_differs(fay: Browser, edition: Edition) -> None:
    await a_session(edition, "BBBBB2", (11, 0))
    await a_session(edition, "CCCCC3", (13, 0))
    assert "Nothing has been released yet" in (await fay.get(f"{OFFICE}/")).text
    await release(edition)
    page = (await fay.get(f"{OFFICE}/")).text
    assert (page.count("as released"), "Nothing waits to be released." in page) == (3, True)
    await shift(edition, "AAAAA1", (11, 30))
    await actions.cancel(await placement(edition, "BBBBB2"))
    await actions.unplace(await placement(edition, "CCCCC3"))
    await a_session(edition, "DDDDD4", (20, 0), title={"en": "Only one"}, room=None)
    page = (await fay.get(f"{OFFICE}/")).text
    assert "4 changes wait to be released." in page
    chips = re.findall(r'<span class="chip \w+">([^<]+)</span>', page)
    assert chips == ["Cancelled", "Moved", "New"]
    assert "“Only one” has no room yet." in page
    assert "“Only one” has its title in one language only." in page


async def test_warnings_are_shown(fay: Browser, edition: Edition) -> None:
    await a_session(edition, "BBBBB2", (9, 30))
    await a_session(edition, "CCCCC3", (9, 0), day=date(2027, 8, 1))
    page = (await fay.get(f"{OFFICE}/")).text
    assert "Great Hall has two sessions at once: “Session AAAAA1” and “Session BBBBB2”." in page
    assert "“Session CCCCC3” is not on one of the conference&#39;s days." in page


async def test_a_release_by_its_page(fay: Browser, visitor: Browser, app: App, edition: Edition) -> None:
    page = (await fay.get(f"{OFFICE}/release")).text
    assert "New: Friday, July 23, 2027, 9:00\xa0AM, Great Hall." in page
    answer = await fay.post(f"{OFFICE}/release", data={"name_en": "First", "notes_en": "Welcome", "seen": seen(page)})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{OFFICE}/release")
    made = await Release.get()
    assert (made.version, made.name, made.notes) == (1, {"en": "First"}, {"en": "Welcome"})
    assert "Nothing has changed since the last release." in (await fay.get(f"{OFFICE}/release")).text

    again = await fay.post(f"{OFFICE}/release", data={"name_en": "First", "seen": seen(page)})
    assert (again.status_code, "there is nothing to publish" in again.text) == (422, True)

    await shift(edition, "AAAAA1", (15, 0), room="river")
    app.ready.versions.expire()
    assert "9:00\xa0AM" in (await visitor.get("/2027/schedule")).text
    page = (await fay.get(f"{OFFICE}/release")).text
    assert (
        "Moved from Friday, July 23, 2027, 9:00\xa0AM, Great Hall to Friday, July 23, 2027, 3:00\xa0PM, River Room."
        in page
    )
    await fay.post(f"{OFFICE}/release", data={"name_en": "Second", "seen": seen(page)})
    app.ready.versions.expire()
    assert "3:00\xa0PM" in (await visitor.get("/2027/schedule")).text

    answer = await fay.post(f"{OFFICE}/releases/1/rollback")
    assert answer.status_code == 303
    assert "brought back version 1" in (await fay.get(f"{OFFICE}/release")).text
    assert [(one.version, one.of_version) for one in await Release.all().order_by("version")] == [
        (1, None),
        (2, None),
        (3, 1),
    ]
    again = await fay.post(f"{OFFICE}/releases/1/rollback")
    assert (again.status_code, await Release.all().count()) == (422, 3)


async def test_a_release_of_something_else_than_was_read_is_refused(fay: Browser, edition: Edition) -> None:
    page = (await fay.get(f"{OFFICE}/release")).text
    await shift(edition, "AAAAA1", (15, 0))
    answer = await fay.post(f"{OFFICE}/release", data={"name_en": "Kept name", "seen": seen(page)})
    assert (answer.status_code, "Somebody changed the agenda" in answer.text, 'value="Kept name"' in answer.text) == (
        422,
        True,
        True,
    )
    assert await Release.all().count() == 0
    answer = await fay.post(f"{OFFICE}/release", data={"name_en": "Kept name", "seen": seen(answer.text)})
    assert (answer.status_code, await Release.all().count()) == (303, 1)


async def test_a_release_needs_its_name(fay: Browser, edition: Edition) -> None:
    page = (await fay.get(f"{OFFICE}/release")).text
    for data in ({"name_en": "", "notes_en": "Kept", "seen": seen(page)}, {"name_en": "Blind"}):
        answer = await fay.post(f"{OFFICE}/release", data=data)
        assert answer.status_code == 422
    assert await Release.all().count() == 0


def seen(page: str) -> str:
    return re.search(r'name="seen"[^>]*value="(\w+)"', page)[1]


async def test_the_list_asks_the_database_the_same_for_1_session_and_for_30(fay: Browser, edition: Edition) -> None:
    async def asked(path: str) -> int:
        with counting() as statements:
            assert (await fay.get(path)).status_code == 200
        return len([said for said in statements if 'FROM "version"' not in said])

    await actions.name_contributor(await queries.session(edition, "AAAAA1"), name="Ana", role={}, audience="public")
    await release(edition)
    paths = (f"{OFFICE}/", f"{OFFICE}/release")
    await fay.get(paths[0])
    few = [await asked(path) for path in paths]
    for number in range(29):
        session = await a_session(edition, f"Q{number:05}", (8 + number % 10, 0))
        await actions.name_contributor(session, name=f"Name {number}", role={}, audience="public")
    assert [await asked(path) for path in paths] == few == [18, 14]
