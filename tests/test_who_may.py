"""Every address of the house tried as everybody of the cast: who comes in is written down here, by hand, apart from the code that lets them."""

import pytest
from starlette.routing import Route

from tests.cast import DUTIES, Cast
from tests.test_every_route import ROUTES, path_of

ATTENDEE, STRANGER, EVERYWHERE = "ada", "dov", "gus"
ORGANIZERS, EDITORS = {"bo", "gus"}, {"bo", "gus", "fay"}
# The longest beginning of an address that is listed here says who may come; the treasurer's books are closed to organizers.
MAY = {
    "/office/": {*DUTIES, "gus"},
    "/office/2027/": {*DUTIES, "gus"},
    "/office/2027/editions/": EDITORS,
    "/office/2027/editions/facts": ORGANIZERS,
    "/office/2027/editions/duties": ORGANIZERS,
    "/office/2027/payments": {"cleo"},
    "/office/2027/registration/": ORGANIZERS | {"ivy"},
    "/office/2027/housing/": ORGANIZERS | {"hal"},
    "/office/2027/agenda/": EDITORS,
    "/office/2027/notes/": EDITORS,
    "/office/2027/endorsements/": EDITORS,
    "/office/2027/letters": ORGANIZERS | {"ivy"},
    "/office/2027/privacy/": ORGANIZERS,
    "/office/editions/": {"gus"},
    "/office/letters": {"gus"},
    "/office/outbox": {"gus"},
    "/office/backup": {"gus"},
    "/office/people": {"gus"},
}
CLOSER = {"vouching": ORGANIZERS}  # the last word of an address
SIGNED_IN = ("/my", "/2027/my/", "/sign-in/second", "/sign-in/proof", "/2027/sessions/AB12CD/notes/")
AT_A_DOOR = "/2027/door"
MACHINES = ("/metrics",)
HARMLESS = [route for route in ROUTES if route.path not in ("/sign-out", "/my-data/erasure")]


def may(path: str) -> set[str]:
    if (word := path.rpartition("/")[2]) in CLOSER:
        return CLOSER[word]
    return MAY[max((start for start in MAY if path == start or (path.startswith(start) and start != "/office/")), key=len)]


def asked(route: Route) -> list[str]:
    return sorted(route.methods - {"HEAD"})


async def outcome(browser, method: str, path: str) -> str:
    """``in``, ``sign in``, ``not yours`` (403), ``no such page`` (404); what comes in may still find nothing there."""
    answer = await browser.request(method, path, data={"a": "b"} if method == "POST" else None)
    assert answer.status_code < 500, f"{method} {path} answers {answer.status_code}"
    if "/sign-in?" in answer.headers.get("location", "") or answer.status_code == 401:
        return "sign in"
    return {403: "not yours", 404: "no such page"}.get(answer.status_code, "in")


@pytest.mark.parametrize("who", ["", ATTENDEE, STRANGER, EVERYWHERE, *DUTIES])
async def test_the_back_office_lets_in_whom_it_should_and_nobody_else(cast: Cast, visitor, who: str):
    await cast.organization()
    await cast.edition()
    browser = await cast.browser(who) if who else visitor
    office, wrong = [route for route in HARMLESS if route.path.startswith("/office")], []
    for route in office:
        path = path_of(route)
        if not who:
            expected = {"sign in"}
        elif who in may(path):
            expected = {"in", "no such page"}  # the example in the address is of no row
        else:
            expected = {"not yours"} if who in DUTIES or who == EVERYWHERE else {"no such page"}
        for method in asked(route):
            found = await outcome(browser, method, path)
            wrong += [] if found in expected else [f"{method} {path}: {found}"]
    assert (wrong, len(office) > 120) == ([], True)


@pytest.mark.parametrize("who", ["", ATTENDEE, STRANGER, EVERYWHERE, *DUTIES])
async def test_the_rest_of_the_house_is_open_but_for_ones_own_rooms_and_the_door(cast: Cast, visitor, who: str):
    await cast.organization()
    await cast.edition()
    browser, wrong = await cast.browser(who) if who else visitor, []
    for route in HARMLESS:
        path = path_of(route)
        if path.startswith("/office") or path in MACHINES:
            continue
        own = path == SIGNED_IN[0] or path.startswith(SIGNED_IN[1:])
        for method in asked(route):
            found = await outcome(browser, method, path)
            closed = found in ("sign in", "not yours")
            if own and not who:
                wrong += [] if found == "sign in" else [f"{method} {path}: {found}"]
            elif path.startswith(AT_A_DOOR):
                wrong += [] if found != "in" else [f"{method} {path}: {found}, without a door's link"]
            else:
                wrong += [f"{method} {path}: {found}"] if closed and not own else []
    assert wrong == []
