"""Every address of the house, asked by everybody we know, with things in it that nobody expects: never a fault of ours."""

import pytest
from starlette.routing import Route

from conference.app import all_routes
from conference.settings import Settings

ROUTES = [route for route in all_routes(Settings(secret_key="a secret for tests that is long enough", demo=True)) if isinstance(route, Route)]
PEOPLE = ("", "cleo", "gus")  # nobody, the treasurer, and who may do nearly all the rest
USUAL = {"SlugConvertor": "2027", "CodeConvertor": "AB12CD", "TextConvertor": "unity", "IntegerConvertor": "7", "UUIDConvertor": "00000000-0000-4000-8000-000000000000"}
UNUSUAL = ("x" * 300, "99999999999999999999", "🌻", "%27%20OR%201=1--", "%0d%0aSet-Cookie:a=b")
QUERY = "?after=99999999999999999999&before=%F0%9F&state=nothing&q=%25%27&language=xx&lang=xx&page=-1"


def path_of(route: Route, **odd: str) -> str:
    values = {name: odd.get(name) or USUAL.get(type(kind).__name__, "x1") for name, kind in route.param_convertors.items()}
    return route.path_format.format(**values)


def odd_paths(route: Route) -> list[str]:
    """The route's address with each unusual value in each of its places, where its kind of place takes it."""
    found = [path_of(route), path_of(route) + QUERY]
    for name, kind in route.param_convertors.items():
        values = UNUSUAL if type(kind).__name__ not in USUAL else ("99999999999999999999",) if type(kind).__name__ == "IntegerConvertor" else ()
        found += [path_of(route, **{name: value}) for value in values]
    return found


@pytest.mark.parametrize("who", PEOPLE)
async def test_nobody_meets_a_fault_of_ours(cast, visitor, who):
    await cast.organization()
    await cast.edition()
    browser = await cast.browser(who) if who else visitor
    faults = []
    for route in ROUTES:
        for path in odd_paths(route):
            if "GET" in route.methods and not path.startswith("/sign-out"):
                answer = await browser.get(path)
                faults += [f"GET {path}: {answer.status_code}"] if answer.status_code >= 500 else []
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("who", PEOPLE)
async def test_an_empty_sheet_sent_anywhere_is_no_fault_of_ours(cast, visitor, who):
    await cast.organization()
    await cast.edition()
    browser = await cast.browser(who) if who else visitor
    faults = []
    for route in ROUTES:
        if "POST" in route.methods and route.path not in ("/sign-out", "/my-data/erasure"):
            answer = await browser.post(path_of(route), data={"a": "b"})
            faults += [f"POST {path_of(route)}: {answer.status_code}"] if answer.status_code >= 500 else []
    assert not faults, "\n".join(faults)
