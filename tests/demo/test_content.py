"""The demo's content: complete, in both languages, and free of real people, numbers and addresses."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parents[2] / "conference" / "demo" / "content"
TABLES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in CONTENT.glob("*.toml")}
AGENDAS = ("sessions-2006", "agenda-2007", "agenda-2027")
GOALS = [4, 1, 9, 7, 8, 6, 5, 4, 5, 12, 3, 6, 6, 8, 5, 10]
TINTS = {"indigo", "madder", "moss", "ochre", "plum", "lagoon", "brick", "slate"}
ORGANIZATION_PAGES = ("network", "contact", "donate")
EDITION_PAGES = ("main", "about", "travel", "proposals", "endorse", "housing", "donate")
PHONE = re.compile(r"\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4}")
MAIL = re.compile(r"[\w.+-]+@([\w.-]*\w)")


def tables_within(value: Any) -> Iterator[dict[str, Any]]:
    """Every table inside ``value``, itself included."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from tables_within(part)


def sessions(name: str) -> list[dict[str, Any]]:
    return TABLES[name]["session"]


def every_text() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(CONTENT.rglob("*")) if path.is_file())


def overlapping(places: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Pairs of sessions that are in one room at one time."""
    return [
        (one["code"], other["code"])
        for number, one in enumerate(places)
        for other in places[number + 1 :]
        if one["room"] == other["room"] and one["starts"] < other["ends"] and other["starts"] < one["ends"]
    ]


def test_the_files_are_these():
    assert sorted(TABLES) == [
        "agenda-2007", "agenda-2027", "donations-2027", "editions", "endorsements", "housing-2027", "letters-2027", "messages", "network", "notes-2027",
        "people", "registration-2027", "resources", "sessions-2006", "tickets-2027", "unity",
    ]  # fmt: skip


def test_every_bilingual_value_has_both_languages():
    half = [
        table
        for table in tables_within(TABLES)
        if {"en", "es"} & set(table) and not all(str(table.get(code, "")).strip() for code in ("en", "es"))
    ]
    assert half == []


def test_every_page_exists_in_both_languages_and_begins_with_its_title():
    wanted = [f"{slug}.{code}.md" for slug in ORGANIZATION_PAGES for code in ("en", "es")]
    wanted += [
        f"{year}/{slug}.{code}.md" for year in (2006, 2007, 2027) for slug in EDITION_PAGES for code in ("en", "es")
    ]
    pages = {path.relative_to(CONTENT / "pages").as_posix(): path for path in (CONTENT / "pages").rglob("*.md")}
    assert sorted(pages) == sorted(wanted)
    untitled = [name for name, path in pages.items() if not re.match(r"# \S.*\n\n\S", path.read_text(encoding="utf-8"))]
    assert untitled == []


def test_both_languages_of_a_page_have_the_same_headings_and_links():
    def bones(path: Path) -> tuple[list[str], list[str]]:
        text = path.read_text(encoding="utf-8")
        return re.findall(r"^(#+) ", text, re.MULTILINE), re.findall(r"\]\((\S+)\)", text)

    uneven = [
        path.name
        for path in sorted((CONTENT / "pages").rglob("*.en.md"))
        if bones(path) != bones(path.with_name(path.name.replace(".en.", ".es.")))
    ]
    assert uneven == []


def test_the_sixteen_breakouts_of_2006_carry_the_99_goals():
    breakouts = sessions("sessions-2006")
    assert [len(breakout["goals"]) for breakout in breakouts] == GOALS
    assert (len(breakouts), sum(GOALS)) == (16, 99)
    assert [len(goal["sub"]) for breakout in breakouts for goal in breakout["goals"] if "sub" in goal] == [3, 4, 4]


def test_goals_have_only_known_keys():
    goals = [goal for breakout in sessions("sessions-2006") for goal in breakout["goals"]]
    assert [sorted(goal) for goal in goals if not {"text"} <= set(goal)] == []
    assert set().union(*goals) == {"text", "sub", "bracket", "due", "places", "same_as"}
    assert sum("bracket" in goal for goal in goals) == 4


def test_the_one_title_that_survived_is_not_marked_as_ours():
    titles = [one["title"]["en"] for one in sessions("sessions-2006") if not one["title_ours"]]
    assert titles == ["March 25th and May 1st"]


def test_references_between_sessions_lead_somewhere():
    goals = {
        f"{one['code']}.{number}" for one in sessions("sessions-2006") for number in range(1, len(one["goals"]) + 1)
    }
    same = {name for one in sessions("sessions-2006") for goal in one["goals"] for name in goal.get("same_as", ())}
    continued = {code for one in sessions("agenda-2027") for code in one.get("continues", ())}
    assert same - goals == set()
    assert continued - {one["code"] for one in sessions("sessions-2006")} == set()


def test_the_facts_of_the_goals_are_kept():
    words = " ".join(goal["text"]["en"] for one in sessions("sessions-2006") for goal in one["goals"])
    facts = (
        "San Diego; El Paso; Brownsville; spring break 2007; flor y canto; 4,000 to 10,000; September 7; over 20,000; "
        "October 7, 2007; September 2 and 4; regularización; 245(i); Juárez; Mariana Islands"
    )
    assert [fact for fact in facts.split("; ") if fact not in words] == []


def test_session_codes_are_six_symbols_and_never_shared():
    codes = [one["code"] for name in AGENDAS for one in sessions(name)]
    assert [code for code in codes if not re.fullmatch(r"[0-9A-Z]{6}", code)] == []
    assert len(set(codes)) == len(codes) == 16 + 12 + 45


def test_sessions_lie_within_their_edition_and_in_known_rooms_and_tracks():
    editions = {edition["slug"]: edition for edition in TABLES["editions"]["edition"]}
    wrong = []
    for name in AGENDAS:
        edition = editions[TABLES[name]["edition"]]
        rooms = {room["slug"] for room in TABLES[name]["room"]}
        tracks = {track["slug"] for track in TABLES[name]["track"]}
        for one in sessions(name):
            days = edition["begins"] <= one["starts"].date() == one["ends"].date() <= edition["ends"]
            known = one["room"] in rooms and one.get("track", next(iter(tracks))) in tracks
            if not (days and known and one["starts"] < one["ends"]):
                wrong.append(one["code"])
        assert TABLES[name]["zone"] == edition["zone"]
    assert wrong == []


def test_no_room_is_used_twice_at_once():
    assert [pair for name in AGENDAS for pair in overlapping(sessions(name))] == []


def test_nobody_facilitates_in_two_rooms_at_once():
    twice = []
    for name in AGENDAS:
        people = {person["name"] for one in sessions(name) for person in one.get("contributors", ())}
        for who in sorted(people):
            theirs = [
                one for one in sessions(name) if who in [person["name"] for person in one.get("contributors", ())]
            ]
            twice += overlapping([one | {"room": who} for one in theirs])
    assert twice == []


def test_colors_are_tints_of_the_style_sheet():
    accents = {edition["accent"] for edition in TABLES["editions"]["edition"]}
    colors = {track["color"] for name in AGENDAS for track in TABLES[name]["track"]}
    assert (accents | colors) - TINTS == set()


def test_three_editions_and_ten_points():
    assert [edition["slug"] for edition in TABLES["editions"]["edition"]] == ["2006", "2007", "2027"]
    assert (len(TABLES["unity"]["point"]), TABLES["unity"]["ours"]) == (10, True)


def test_the_proposal_of_2007_has_nine_parts_in_both_languages():
    texts = [(CONTENT / f"pages/2007/proposals.{code}.md").read_text(encoding="utf-8") for code in ("en", "es")]
    assert [len(re.findall(r"^### \d\. ", text, re.MULTILINE)) for text in texts] == [9, 9]


def test_tickets_draw_on_known_pools_and_questions_on_known_questions():
    tickets = TABLES["tickets-2027"]
    assert {pool["slug"]: pool["size"] for pool in tickets["pool"]} == {"conference": 180, "childcare": 12}
    assert {slug for ticket in tickets["ticket"] for slug in ticket["pools"]} == {"conference", "childcare"}
    asked = {question["slug"] for question in tickets["question"]}
    assert {question["when"]["question"] for question in tickets["question"] if "when" in question} - asked == set()
    assert [(row["days"], row["percent"]) for row in tickets["refund"]] == [(30, 100), (7, 50), (0, 0)]


def test_attendees_hold_known_tickets_pay_what_these_allow_and_answer_known_questions():
    attendees = TABLES["people"]["attendee"]
    tickets = {ticket["slug"]: ticket for ticket in TABLES["tickets-2027"]["ticket"]}
    asked = {question["slug"] for question in TABLES["tickets-2027"]["question"]}
    wrong = []
    for one in attendees:
        ticket = tickets[one["ticket"]]
        least, most = ticket.get("minimum", ticket.get("amount", 0)), ticket.get("maximum", ticket.get("amount", 0))
        if not least <= one["paid"] <= most or set(one.get("answers", {})) - asked:
            wrong.append(one["badge"])
    assert wrong == []
    assert (len(attendees), sum("mail" not in one for one in attendees)) == (26, 8)


def test_five_people_sign_in():
    roles = [person["role"] for person in TABLES["people"]["demo"]]
    assert roles == ["attendee", "note-taker", "editor", "treasurer", "organizer"]


def test_everybody_named_in_a_session_is_invented_here():
    cast = TABLES["people"]["cast"]
    named = {person["name"] for name in AGENDAS for one in sessions(name) for person in one.get("contributors", ())}
    assert named - set(cast["facilitators"]) == set()
    assert {one["prepared_by"] for one in sessions("sessions-2006")} - set(cast["notes_2006"]) == set()


def test_phone_numbers_are_fictitious():
    numbers = PHONE.findall(every_text())
    assert [number for number in numbers if not re.search(r"\) 555-01\d\d$", number)] == []
    assert len(numbers) == len(re.findall("555-01", every_text()))


def test_mail_goes_to_example_org_and_no_outside_address_is_named():
    text = every_text()
    assert set(MAIL.findall(text)) == {"example.org"}
    assert re.findall(r"https?://\S+|www\.\S+", text) == []


def test_the_sponsor_and_its_number_are_fictitious():
    sponsor = TABLES["network"]["sponsor"]
    # No tax number begins with 00, and no street in Los Angeles has the code 90000.
    assert (sponsor["number"], sponsor["lines"][-1]) == ("00-5550142", "Los Angeles, CA 90000")
