"""schedule.xml and schedule.json: their structure by hand, and against c3voc's schemas where those are at hand."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from conference.agenda.formats import (
    Contributor,
    Day,
    Entry,
    Kind,
    Link,
    Recording,
    Role,
    Room,
    Schedule,
    Track,
    to_json,
    to_xml,
)

DATA = Path(__file__).parents[3] / "shared" / "data"
CHICAGO = ZoneInfo("America/Chicago")


def guid(word: str) -> str:
    return str(uuid5(NAMESPACE_URL, word))


def day(number: int) -> Day:
    start = datetime(2027, 3, 11 + number, 8, tzinfo=CHICAGO)
    return Day(date=start.date(), start=start, end=start + timedelta(hours=14))


def entry(number: int, **changes) -> Entry:
    start = datetime(2027, 3, 12, 15, tzinfo=UTC) + timedelta(hours=number)
    plain = {"id": number, "guid": guid(f"entry {number}"), "code": f"AB12C{number}", "room": guid("hall"), "start": start,
             "end": start + timedelta(minutes=50), "title": f"Housing {number}", "language": "en",
             "url": f"https://example.org/2027/sessions/AB12C{number}"}  # fmt: skip
    return Entry(**{**plain, **changes})


FULL = entry(
    1,
    title="Cancelled: Housing & “techo”",
    subtitle="Who pays?",
    abstract="Short <b>\n\nwords",
    description="Long\x00 \ud800words",
    kind=Kind.DISCUSSION,
    track="housing",
    language="es",
    contributors=(
        Contributor(guid=guid("ada"), name="Ada & Söhne", role=Role.MODERATOR),
        Contributor(guid=guid("bo"), name="Bo"),
    ),
    links=(Link(url="https://example.org/a?b=1&c=2", title="Paper <1>"),),
    recording=Recording(license="CC BY 4.0", optout=True, url="https://example.org/video"),
    cancelled=True,
)
LUNCH = entry(2, title="Lunch", kind=Kind.BREAK, room=guid("yard"))
SCHEDULE = Schedule(
    version="Release 3",
    title="Strategy Conference 2027",
    acronym="Strategy-2027",
    zone="America/Chicago",
    url="https://example.org/2027/schedule",
    base_url="https://example.org/",
    days=(day(1), day(2)),
    rooms=(Room(guid=guid("yard"), name="Yard"), Room(guid=guid("hall"), name="Main hall", capacity=80)),
    tracks=(Track(slug="housing", name="Housing, land", color="#b22222"), Track(slug="food", name="Food")),
    entries=(LUNCH, FULL),
    color="#4682b4",
)
EMPTY = replace(SCHEDULE, rooms=(), tracks=(), entries=(), color=None)
SAMPLES = {
    "full": SCHEDULE,
    "empty": EMPTY,
    "over midnight and outside the days": replace(
        SCHEDULE,
        entries=(
            entry(1, start=day(1).end + timedelta(hours=3), end=day(1).end + timedelta(hours=4)),
            entry(2, start=day(1).start - timedelta(days=2), end=day(1).start - timedelta(days=1)),
        ),
    ),
    "one session placed twice": replace(SCHEDULE, entries=(entry(1), entry(2, code="AB12C1"))),
    "short acronym, changing clocks": replace(
        SCHEDULE,
        acronym="T",
        entries=(
            entry(1, start=datetime(2027, 3, 14, 7, 30, tzinfo=UTC), end=datetime(2027, 3, 14, 8, 30, tzinfo=UTC)),
        ),
    ),
    "150 entries": replace(SCHEDULE, entries=tuple(entry(n, code=f"A{n:05}") for n in range(1, 151))),
}


# The XML


def test_the_whole_xml():
    assert ElementTree.canonicalize(to_xml(SCHEDULE).decode(), strip_text=True) == ElementTree.canonicalize(
        f"""<schedule>
        <generator name="conference"/>
        <url>https://example.org/2027/schedule</url>
        <version>Release 3</version>
        <conference>
          <title>Strategy Conference 2027</title>
          <acronym>strategy_2027</acronym>
          <start>2027-03-12T08:00:00-06:00</start>
          <end>2027-03-13T22:00:00-06:00</end>
          <days>2</days>
          <timeslot_duration>00:15</timeslot_duration>
          <base_url>https://example.org/</base_url>
          <url>https://example.org/2027/schedule</url>
          <time_zone_name>America/Chicago</time_zone_name>
          <color primary="#4682b4"/>
          <track name="Housing, land" slug="housing" color="#b22222"/>
          <track name="Food" slug="food"/>
        </conference>
        <day index="1" date="2027-03-12" start="2027-03-12T08:00:00-06:00" end="2027-03-12T22:00:00-06:00">
          <room name="Yard" guid="{guid("yard")}">
            <event id="2" guid="{guid("entry 2")}" code="AB12C2">
              <room>Yard</room>
              <title>Lunch</title>
              <subtitle/>
              <type>break</type>
              <date>2027-03-12T11:00:00-06:00</date>
              <start>11:00</start>
              <duration>00:50</duration>
              <abstract/>
              <slug>strategy_2027-2-ab12c2</slug>
              <track/>
              <language>en</language>
              <description/>
              <url>https://example.org/2027/sessions/AB12C2</url>
              <persons/>
              <links/>
            </event>
          </room>
          <room name="Main hall" guid="{guid("hall")}">
            <event id="1" guid="{guid("entry 1")}" code="AB12C1">
              <room>Main hall</room>
              <title>Cancelled: Housing &amp; “techo”</title>
              <subtitle>Who pays?</subtitle>
              <type>discussion</type>
              <date>2027-03-12T10:00:00-06:00</date>
              <start>10:00</start>
              <duration>00:50</duration>
              <abstract>Short &lt;b&gt;\n\nwords</abstract>
              <slug>strategy_2027-1-ab12c1</slug>
              <track>Housing, land</track>
              <language>es</language>
              <description>Long words</description>
              <url>https://example.org/2027/sessions/AB12C1</url>
              <persons>
                <person guid="{guid("ada")}">Ada &amp; Söhne</person>
                <person guid="{guid("bo")}">Bo</person>
              </persons>
              <links><link href="https://example.org/a?b=1&amp;c=2">Paper &lt;1&gt;</link></links>
              <recording>
                <license>CC BY 4.0</license>
                <optout>true</optout>
                <url>https://example.org/video</url>
              </recording>
            </event>
          </room>
        </day>
        <day index="2" date="2027-03-13" start="2027-03-13T08:00:00-06:00" end="2027-03-13T22:00:00-06:00"/>
        </schedule>""",
        strip_text=True,
    )


def test_texts_keep_their_lines_and_spaces():
    written = ElementTree.fromstring(to_xml(replace(SCHEDULE, entries=(entry(1, abstract=" a\r\n b\r\n"),))))
    assert written.find(".//event/abstract").text == " a\n b\n"


def test_the_head_of_the_file():
    assert to_xml(EMPTY).startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<schedule>\n')
    assert to_xml(EMPTY).endswith(b"</schedule>\n")


def test_no_entry_is_lost_outside_the_days():
    written = ElementTree.fromstring(to_xml(SAMPLES["over midnight and outside the days"]))
    assert {day.get("index"): [e.get("id") for e in day.iter("event")] for day in written.iter("day")} == {
        "1": ["2", "1"],
        "2": [],
    }


def test_the_code_of_a_session_placed_twice_stands_once():
    written = ElementTree.fromstring(to_xml(SAMPLES["one session placed twice"]))
    assert [(e.get("id"), e.get("code")) for e in written.iter("event")] == [("1", "AB12C1"), ("2", None)]


def test_a_long_entry_counts_its_hours():
    written = to_xml(replace(SCHEDULE, entries=(entry(1, end=entry(1).start + timedelta(hours=30, minutes=5)),)))
    assert b"<duration>30:05</duration>" in written


# The JSON


def test_the_whole_json():
    assert json.loads(to_json(SCHEDULE)) == {
        "$schema": "https://c3voc.de/schema/schedule2",
        "generator": {"name": "conference"},
        "schedule": {
            "version": "Release 3",
            "conference": {
                "acronym": "strategy_2027",
                "title": "Strategy Conference 2027",
                "start": "2027-03-12T08:00:00-06:00",
                "end": "2027-03-13T22:00:00-06:00",
                "timeslot_duration": "PT15M",
                "time_zone_name": "America/Chicago",
                "url": "https://example.org/2027/schedule",
                "colors": {"primary": "#4682b4"},
                "tracks": [
                    {"name": "Housing, land", "slug": "housing", "color": "#b22222"},
                    {"name": "Food", "slug": "food"},
                ],
                "rooms": [
                    {"name": "Yard", "guid": guid("yard"), "capacity": None},
                    {"name": "Main hall", "guid": guid("hall"), "capacity": 80},
                ],
                "days": [
                    {"index": 1, "date": "2027-03-12", "start": "2027-03-12T08:00:00-06:00",
                     "end": "2027-03-12T22:00:00-06:00"},
                    {"index": 2, "date": "2027-03-13", "start": "2027-03-13T08:00:00-06:00",
                     "end": "2027-03-13T22:00:00-06:00"},
                ],
            },
            "events": [
                {
                    "guid": guid("entry 1"),
                    "code": "AB12C1",
                    "slug": "strategy_2027-1-ab12c1",
                    "url": "https://example.org/2027/sessions/AB12C1",
                    "title": "Cancelled: Housing & “techo”",
                    "subtitle": "Who pays?",
                    "abstract": "Short <b>\n\nwords",
                    "description": "Long words",
                    "type": "DISCUSSION",
                    "language": "es",
                    "state": "CANCELED",
                    "start": "2027-03-12T10:00:00-06:00",
                    "end": "2027-03-12T10:50:00-06:00",
                    "track": {"slug": "housing"},
                    "room": {"guid": guid("hall")},
                    "participants": [
                        {"guid": guid("ada"), "name": "Ada & Söhne", "role": "MODERATOR"},
                        {"guid": guid("bo"), "name": "Bo", "role": "SPEAKER"},
                    ],
                    "links": [{"type": "RELATED", "url": "https://example.org/a?b=1&c=2", "title": "Paper <1>"}],
                },
                {
                    "guid": guid("entry 2"),
                    "type": "BREAK",
                    "title": "Lunch",
                    "start": "2027-03-12T11:00:00-06:00",
                    "end": "2027-03-12T11:50:00-06:00",
                    "room": {"guid": guid("yard")},
                },
            ],
        },
    }  # fmt: skip


def test_of_several_languages_the_json_knows_the_first():
    bilingual = replace(SCHEDULE, entries=(entry(1, language="es, en"),))
    assert json.loads(to_json(bilingual))["schedule"]["events"][0]["language"] == "es"
    assert ElementTree.fromstring(to_xml(bilingual)).findtext("day/room/event/language") == "es, en"


def test_an_entry_without_track_says_so():
    (event,) = json.loads(to_json(replace(SCHEDULE, entries=(entry(1),))))["schedule"]["events"]
    assert (event["track"], event["state"], event["subtitle"]) == ({"slug": "no-track"}, "CONFIRMED", None)


# Both


@pytest.mark.parametrize("write", [to_xml, to_json])
def test_the_order_of_entries_given_does_not_matter(write):
    assert write(replace(SCHEDULE, entries=(FULL, LUNCH))) == write(SCHEDULE)


@pytest.mark.parametrize("write", [to_xml, to_json])
def test_what_is_incomplete_is_refused(write):
    with pytest.raises(ValueError, match=r"^a schedule has at least one day$"):
        write(replace(SCHEDULE, days=()))
    with pytest.raises(ValueError, match=rf"^entries in rooms that the schedule does not have: {guid('entry 1')}$"):
        write(replace(SCHEDULE, rooms=SCHEDULE.rooms[:1]))


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.text(st.characters(), max_size=200) | st.text("<&]]>\x00\ud800\ufffe\r\n é🕊", max_size=50))
def test_any_text_can_be_read_back(text):
    one = entry(1, title=text, abstract=text, contributors=(Contributor(guid=guid("ada"), name=text),))
    typed = replace(SCHEDULE, title=text, version=text, entries=(one,), rooms=(Room(guid=guid("hall"), name=text),))
    in_xml = ElementTree.fromstring(to_xml(typed)).find(".//event/title").text or ""
    (in_json,) = json.loads(to_json(typed).decode())["schedule"]["events"]
    assert in_xml == in_json["title"]
    assert set(text) - set(in_xml) <= {"\r", "\ufffe", "\uffff", *map(chr, range(32)), *map(chr, range(0xD800, 0xE000))}


# Against the schemas, which are not ours to hand on


def schema(name: str, capsys) -> Path | None:
    """Where the schema is; None, and said aloud, where it is not."""
    if (DATA / name).exists():
        return DATA / name
    with capsys.disabled():
        print(
            f"\nNOT CHECKED: c3voc's {name} is not at hand in ../shared/data; only the structure was checked by hand."
        )
    return None


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_xml_is_valid(sample, capsys):
    written = to_xml(SAMPLES[sample])
    assert ElementTree.fromstring(written).tag == "schedule"
    if found := schema("schedule.xml.xsd", capsys):
        assert xml_faults(found, written) == []


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_json_is_valid(sample, capsys):
    written = to_json(SAMPLES[sample])
    assert set(json.loads(written)) == {"$schema", "generator", "schedule"}
    if found := schema("schedule-v2.schema.json", capsys):
        assert json_faults(found, written) == []


def test_the_schemas_can_say_no(capsys):
    if found := schema("schedule.xml.xsd", capsys):
        assert xml_faults(found, to_xml(SCHEDULE).replace(b' code="AB12C1"', b' code="ab"')) != []
    if found := schema("schedule-v2.schema.json", capsys):
        assert json_faults(found, to_json(SCHEDULE).replace(b"DISCUSSION", b"DANCE")) != []


def test_a_real_schedule_of_another_conference_survives(capsys):
    if not (found := schema("schedules/38c3.xml", capsys)):
        return
    real = ElementTree.parse(found).getroot()
    read = schedule_of(real)
    again = ElementTree.fromstring(to_xml(read))
    assert len(read.entries) > 100
    assert shown(again) == shown(real)
    assert xml_faults(DATA / "schedule.xml.xsd", to_xml(read)) == []
    assert json_faults(DATA / "schedule-v2.schema.json", to_json(read)) == []


def xml_faults(path: Path, written: bytes) -> list[str]:
    validator = etree.XMLSchema(etree.parse(path))
    validator.validate(etree.fromstring(written))
    return [f"{fault.line}: {fault.message}" for fault in validator.error_log]


def json_faults(path: Path, written: bytes) -> list[str]:
    validator = jsonschema.Draft6Validator(json.loads(path.read_text()))
    return [fault.message for fault in validator.iter_errors(json.loads(written))]


def schedule_of(root: ElementTree.Element) -> Schedule:
    rooms = {room.get("guid"): room.get("name") for room in root.iter("room") if room.get("guid")}
    return Schedule(
        version=root.findtext("version"),
        title=root.findtext("conference/title"),
        acronym=root.findtext("conference/acronym"),
        zone=root.findtext("conference/time_zone_name"),
        url=root.findtext("conference/url"),
        base_url=root.findtext("conference/base_url"),
        days=tuple(
            Day(date=date.fromisoformat(day.get("date")), start=moment(day.get("start")), end=moment(day.get("end")))
            for day in root.iter("day")
        ),
        rooms=tuple(Room(guid=guid, name=name) for guid, name in rooms.items()),
        tracks=tuple(
            Track(slug=track.get("slug"), name=track.get("name"), color=track.get("color"))
            for track in root.findall("conference/track")
        ),
        entries=tuple(
            entry_of(event, room.get("guid"), root) for room in root.findall("day/room") for event in room.iter("event")
        ),
    )


def entry_of(event: ElementTree.Element, room: str, root: ElementTree.Element) -> Entry:
    start = moment(event.findtext("date"))
    hours, minutes = map(int, event.findtext("duration").split(":"))
    slugs = {track.get("name"): track.get("slug") for track in root.findall("conference/track")}
    return Entry(
        id=int(event.get("id")),
        guid=event.get("guid"),
        code=event.get("guid")[:6].upper(),
        room=room,
        start=start,
        end=start + timedelta(hours=hours, minutes=minutes),
        title=event.findtext("title"),
        subtitle=event.findtext("subtitle") or "",
        abstract=event.findtext("abstract") or "",
        description=event.findtext("description") or "",
        url=event.findtext("url"),
        language=event.findtext("language") or "en",
        track=slugs.get(event.findtext("track")),
        contributors=tuple(
            Contributor(guid=person.get("guid"), name=person.text) for person in event.findall("persons/person")
        ),
    )


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def shown(root: ElementTree.Element) -> dict[str, tuple]:
    """What a reader sees of each entry, by guid."""
    return {
        event.get("guid"): (
            event.findtext("title"),
            event.findtext("room"),
            moment(event.findtext("date")),
            event.findtext("start"),
            event.findtext("duration"),
            event.findtext("abstract") or "",
            event.findtext("description") or "",
            [person.text for person in event.findall("persons/person")],
        )
        for event in root.findall("day/room/event")
    }
