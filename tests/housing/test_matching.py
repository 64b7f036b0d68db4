"""Who fits whom, and the words for why there is no bed yet."""

from datetime import date
from uuid import uuid4

import pytest

from conference.core.i18n import speaking
from conference.housing.matching import CLASHES, CONDITIONS, NEEDS, Host, Party, choices, has_room, warnings, why_no_bed
from conference.housing.nights import departure, list_in_words, nights_of
from tests.housing.conftest import FRIDAY, SATURDAY, SUNDAY, THURSDAY


def party(people: int = 2, nights=(FRIDAY, SATURDAY), needs=(), languages=()) -> Party:
    return Party(people, list(nights), frozenset(needs), frozenset(languages))


def host(code: str = "AAAAAA", free: int | dict[date, int] = 3, kinds=None, conditions=(), languages=()) -> Host:
    nights = free if isinstance(free, dict) else {FRIDAY: free, SATURDAY: free}
    return Host(uuid4(), code, nights, kinds or {"bed": 3}, frozenset(conditions), frozenset(languages))


@pytest.mark.parametrize(("free", "fits"), [(2, True), (1, False), ({FRIDAY: 2}, False), ({FRIDAY: 2, SATURDAY: 1}, False), ({}, False)])
def test_there_is_room_where_it_is_on_every_night(free, fits):
    assert has_room(party(), host(free=free)) is fits


@pytest.mark.parametrize(("need", "condition"), CLASHES.items())
def test_a_need_clashes_with_its_condition_and_no_other(need, condition):
    everything = host(conditions=[word for word, _label in CONDITIONS])
    with speaking("en"):
        assert warnings(party(needs=[need]), everything) == [str(dict(CONDITIONS)[condition])]
        assert warnings(party(needs=[need]), host(conditions=[word for word, _label in CONDITIONS if word != condition])) == []


def test_every_need_but_the_floor_has_a_condition_that_clashes():
    assert {word for word, _label in NEEDS} - set(CLASHES) == {"floor"}
    assert set(CLASHES.values()) == {word for word, _label in CONDITIONS}


def test_who_would_sleep_on_the_floor_is_said_unless_they_can():
    mats = host(kinds={"bed": 1, "floor": 5}, free=6)
    assert [warnings(party(people, needs=needs), mats) for people, needs in ((1, ()), (2, ()), (2, ("floor",)))] == [[], ["Somebody would sleep on the floor"], []]


def test_a_language_in_common_is_missed_only_where_both_said_theirs():
    spanish = host(languages=["es"])
    assert [bool(warnings(party(languages=spoken), spanish)) for spoken in ((), ("es", "en"), ("en",))] == [False, False, True]
    assert warnings(party(languages=["en"]), host()) == []


def test_the_best_come_first_and_large_rooms_stay_for_large_parties():
    hosts = [host("CCCCCC", 3, conditions=["stairs"]), host("BBBBBB", 9), host("AAAAAA", 3), host("DDDDDD", 1)]
    found = choices(party(needs=["no-stairs"]), hosts)
    assert [(choice.host.code, len(choice.warnings)) for choice in found] == [("AAAAAA", 0), ("BBBBBB", 0), ("CCCCCC", 1)]


@pytest.mark.parametrize(
    ("hosts", "why"),
    [
        ([], "No host can be asked yet."),
        ([host(free={FRIDAY: 3})], "No host has room for 2 people on Sat, Jul 24."),
        ([host(free={FRIDAY: 3}), host(free={SATURDAY: 3})], "No single host has room on all these nights."),
        ([host(conditions=["stairs"])], "Conditions clash with every host that has room. Least with the nearest one: There are stairs."),
        ([host(), host(conditions=["stairs"])], "1 host fits and can be asked."),
        ([host(), host()], "2 hosts fit and can be asked."),
    ],
)
def test_why_there_is_no_bed_yet_is_said_in_words(hosts, why):
    assert why_no_bed(party(needs=["no-stairs"]), hosts) == why


def test_the_same_in_spanish():
    with speaking("es"):
        assert why_no_bed(party(1, [SUNDAY]), [host()]) == "Ninguna casa tiene lugar para 1 persona el dom, 25 jul."


async def test_nights_begin_the_evening_before_and_end_with_the_last_evening(cast):
    assert nights_of(await cast.edition()) == [THURSDAY, FRIDAY, SATURDAY, SUNDAY]
    assert departure(["2027-07-24", "2027-07-22"]) == SUNDAY


@pytest.mark.parametrize(
    ("nights", "words"),
    [([FRIDAY], "Fri, Jul 23"), ([SATURDAY, THURSDAY, FRIDAY], "Thu, Jul 22 – Sat, Jul 24"), ([THURSDAY, SATURDAY, SUNDAY], "Thu, Jul 22; Sat, Jul 24 – Sun, Jul 25"), ([], "")],
)
def test_nights_that_follow_each_other_are_said_as_one(nights, words):
    assert list_in_words(nights) == words


