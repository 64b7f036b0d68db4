from datetime import date

from conference.agenda.conflicts import Finding, Rule, find

BEGINS, ENDS, ZONE = date(2027, 7, 23), date(2027, 7, 25), "America/Chicago"


def entry(
    code: str, starts: str, ends: str, room: str | None = "hall", people: tuple[str, ...] = (), **changes: object
) -> dict:
    """An entry on July 23, 2027, unless the times say a day; times in UTC."""
    moments = {
        name: f"{'' if 'T' in at else '2027-07-23T'}{at}:00+00:00" for name, at in (("starts", starts), ("ends", ends))
    }
    told = {
        "code": code,
        "number": 1,
        "room": room and {"slug": room},
        "contributors": [{"guid": who} for who in people],
        "cancelled": False,
    }
    return told | {"title": {"en": "One", "es": "Uno"}} | moments | changes


def found(*entries: dict) -> list[Finding]:
    return find(entries, BEGINS, ENDS, ZONE)


def test_sessions_one_after_another_in_one_room_are_fine() -> None:
    assert found(entry("A", "14:00", "15:00"), entry("B", "15:00", "16:00")) == []


def test_a_room_with_two_sessions_at_once() -> None:
    assert found(entry("B", "14:59", "16:00"), entry("A", "14:00", "15:00")) == [
        Finding(Rule.ROOM_TWICE, ("A", "B"), "hall")
    ]


def test_two_rooms_at_once_are_fine() -> None:
    assert found(entry("A", "14:00", "15:00"), entry("B", "14:00", "15:00", "river")) == []


def test_a_cancelled_session_takes_no_room_and_nobodys_time() -> None:
    assert (
        found(
            entry("A", "14:00", "15:00", people=("ana",)), entry("B", "14:00", "15:00", people=("ana",), cancelled=True)
        )
        == []
    )


def test_somebody_in_two_rooms_at_once() -> None:
    one, other = (
        entry("A", "14:00", "15:00", people=("ana", "bo")),
        entry("B", "14:30", "15:30", "river", people=("ana",)),
    )
    assert found(one, other) == [Finding(Rule.PERSON_TWICE, ("A", "B"), "ana")]


def test_a_long_session_meets_each_of_those_within_it() -> None:
    assert found(entry("A", "14:00", "18:00"), entry("B", "15:00", "16:00"), entry("C", "17:00", "18:00")) == [
        Finding(Rule.ROOM_TWICE, ("A", "B"), "hall"),
        Finding(Rule.ROOM_TWICE, ("A", "C"), "hall"),
    ]


def test_days_are_those_of_the_place() -> None:
    """July 26, 1:00 in UTC is still the evening of July 25 in Chicago; July 23, 4:00 is still July 22."""
    assert found(entry("A", "2027-07-26T01:00", "2027-07-26T02:00")) == []
    assert found(entry("A", "04:00", "06:00")) == [Finding(Rule.OUTSIDE, ("A",))]


def test_no_room_and_one_language() -> None:
    assert found(entry("A", "14:00", "15:00", None, title={"en": "One", "es": " "})) == [
        Finding(Rule.NO_ROOM, ("A",)),
        Finding(Rule.ONE_LANGUAGE, ("A",)),
    ]


def test_a_session_placed_twice_is_named_once_for_its_title() -> None:
    twice = [entry("A", "14:00", "15:00", title={"en": "One"}), entry("A", "16:00", "17:00", title={"en": "One"})]
    assert found(*twice) == [Finding(Rule.ONE_LANGUAGE, ("A",))]
