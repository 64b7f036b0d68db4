"""The table of routes answers as if each route were tried in turn."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from starlette.routing import Match, Route

from conference.app import all_routes
from conference.core.routing import Page, Table
from conference.core.web import anyone, page
from conference.settings import Settings

PAGES = [route for route in all_routes(Settings(secret_key="a secret for tests that is long enough")) if isinstance(route, Page)]
TABLE = Table(PAGES)
WORDS = sorted({part for route in PAGES for part in route.path.split("/") if "{" not in part} | {"2027", "2027-winter", "orders.ics", "é", "%", "x" * 300})


def asked(path, method="GET"):
    return {"type": "http", "path": path, "method": method, "headers": []}


def one_by_one(path, method):
    """What Starlette's own router would take: the first that fits wholly, else the first whose path fits."""
    tried = [(route.matches(asked(path, method))[0], route) for route in PAGES]
    return next((pair for wanted in (Match.FULL, Match.PARTIAL) for pair in tried if pair[0] is wanted), (Match.NONE, None))


@given(words=some.lists(some.sampled_from(WORDS), max_size=9), method=some.sampled_from(("GET", "HEAD", "POST", "DELETE")), slash=some.sampled_from(("", "/")))
def test_it_takes_the_route_that_would_be_found_one_by_one(words, method, slash):
    path = "/" + "/".join(words) + slash
    match, more = TABLE.matches(asked(path, method))
    assert (match, more.get("conference.route")) == one_by_one(path, method)


def test_every_page_is_found_by_an_address_of_its_own():
    examples = {"slug": "2027", "code": "AB12CD", "text": "call", "integer": "7", "uuid": "00000000-0000-4000-8000-000000000000", "path": "a/b"}
    for route in PAGES:
        path = route.path_format.format(**{name: examples.get(type(kind).__name__.removesuffix("Convertor").lower(), "x1") for name, kind in route.param_convertors.items()})
        assert route in [found for found, _given in TABLE.find(path)], path


def test_a_page_knows_its_parts_without_its_expression():
    async def handler(request): ...

    made = page("/{edition:edition}/things/{thing:uuid}.ics", handler, allow=anyone, name="tests.thing")
    assert (made.path_format, made.takes, "path_regex" in vars(made)) == ("/{edition}/things/{thing}.ics", {"edition", "thing"}, False)
    plain = Route(made.path, handler)
    assert (made.path_format, made.path_regex, made.param_convertors) == (plain.path_format, plain.path_regex, plain.param_convertors)


def test_what_strangers_type_is_not_remembered():
    before = Table(PAGES)
    for number in range(2_000):
        before.near(f"/{number}/{number}" + "/x" * (number % 60))
    assert len(before._near) <= 41


@pytest.mark.parametrize("path", ("", "/", "//", "/2027", "/2027//", "/2027/orders/"))
def test_odd_paths(path):
    match, more = TABLE.matches(asked(path))
    assert (match, more.get("conference.route")) == one_by_one(path, "GET")
