from datetime import UTC, date, datetime, time

import pytest

from conference.agenda.times import EndsBefore, NoSuchHour, day_in, span, time_in

CHICAGO = "America/Chicago"
SPRING, AUTUMN, SUMMER = date(2027, 3, 14), date(2027, 11, 7), date(2027, 7, 23)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_times_are_those_of_the_place() -> None:
    assert span(SUMMER, time(9, 30), time(11, 0), CHICAGO) == (utc(2027, 7, 23, 14, 30), utc(2027, 7, 23, 16, 0))


def test_a_night_goes_on_into_the_next_day() -> None:
    assert span(SUMMER, time(21, 0), time(1, 0), CHICAGO) == (utc(2027, 7, 24, 2, 0), utc(2027, 7, 24, 6, 0))


@pytest.mark.parametrize("ends", [time(9, 0), time(8, 59), time(6, 1)])
def test_an_end_before_the_beginning_is_refused(ends: time) -> None:
    with pytest.raises(EndsBefore) as refused:
        span(SUMMER, time(9, 0), ends, CHICAGO)
    assert refused.value.field == "ends"


def test_an_hour_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(NoSuchHour) as refused:
        span(SPRING, time(2, 30), time(4, 0), CHICAGO)
    assert refused.value.field == "starts"
    with pytest.raises(NoSuchHour) as refused:
        span(SPRING, time(1, 0), time(2, 0), CHICAGO)
    assert refused.value.field == "ends"


def test_over_the_skipped_hour_a_session_is_an_hour_shorter() -> None:
    assert span(SPRING, time(1, 30), time(3, 30), CHICAGO) == (utc(2027, 3, 14, 7, 30), utc(2027, 3, 14, 8, 30))


def test_of_an_hour_that_comes_twice_the_first_is_meant() -> None:
    assert span(AUTUMN, time(1, 30), time(2, 30), CHICAGO) == (utc(2027, 11, 7, 6, 30), utc(2027, 11, 7, 8, 30))


def test_what_was_typed_is_shown_again() -> None:
    starts, ends = span(AUTUMN, time(0, 15), time(3, 45), CHICAGO)
    assert (day_in(starts, CHICAGO), time_in(starts, CHICAGO), time_in(ends, CHICAGO)) == (
        AUTUMN,
        time(0, 15),
        time(3, 45),
    )
