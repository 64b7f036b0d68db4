"""Names that are alike, domains, and what an editor looks at: without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conference.endorsements.likeness import domain_of, fold, groups, is_at, is_strange, likeness


@pytest.mark.parametrize("name", ["Workers' Center of Chicago", "The WORKERS’ CENTER, Chicago, Inc.", "workers center chicago", "Wórkers  Center—Chicago"])
def test_like_names_are_alike(name):
    assert likeness(name) == "workers center chicago"


@pytest.mark.parametrize(("one", "other"), [("Workers Center Chicago", "Workers Center Gary"), ("La Voz", "La Luz"), ("Local 1", "Local 2"), ("شيكاغو", "مكسيكو")])
def test_others_are_not(one, other):
    assert likeness(one) != likeness(other)


def test_a_name_of_small_words_alone_keeps_them():
    assert (likeness("The Of"), likeness("A")) == ("the of", "a")


@pytest.mark.parametrize(
    ("written", "domain"),
    [("example.org", "example.org"), ("https://www.Example.org/about?x#y", "example.org"), ("office@example.org", "example.org"), ("http://a.b.example.org:8080", "a.b.example.org"),
     ("niño.example.org", "xn--nio-8ma.example.org"), ("", None), ("example", None), ("no domain", None), ("http://", None), ("127.0.0.1", None), ("-x.org", None), ("x" * 300 + ".org", None), ("..", None)],
)  # fmt: skip
def test_domains_as_people_write_them(written, domain):
    assert domain_of(written) == domain


@pytest.mark.parametrize(
    ("email", "domain", "is_there"),
    [("a@x.org", "x.org", True), ("a@b.x.org", "x.org", True), ("a@xx.org", "x.org", False), ("a@x.org", "b.x.org", False), ("a@gmail.com", "gmail.com", False), ("nothing", "x.org", False)],
)
def test_an_address_is_at_its_domain(email, domain, is_there):
    assert is_at(email, domain) is is_there


@pytest.mark.parametrize("name", ["Ana", "María José", "Jean-Luc", "O'Neil", "Zoë", "Thị Hoa", "محمد", "李"])
def test_plain_first_names_are_not_strange(name):
    assert not is_strange(name, "Chicago, Illinois")


@pytest.mark.parametrize("place", ["Chicago 60601", "www.example.org", "@home", "<b>"])
def test_strange_places_are(place):
    assert is_strange("Ana", place)


def test_rows_that_share_a_mark_stand_together_through_others_too():
    assert groups([(1, ["a"]), (2, ["b"]), (3, ["a", "b"]), (4, ["c", ""]), (5, ["", None])]) == [[1, 2, 3]]
    assert groups([]) == []


@given(st.text())
def test_any_text_can_be_folded_and_compared(text):
    assert (type(fold(text)), type(likeness(text)), type(is_strange(text, text))) == (str, str, bool)
    assert domain_of(text) is None or domain_of(domain_of(text)) == domain_of(text)
