"""Two changes of one text become one, or nothing is decided: no typed word is ever lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conference.notes.merge import merged

WORDS = st.lists(st.sampled_from(["march", "border", "tours", "May", "and", ",", ".", "\n", "- "]), max_size=12)
TEXTS = WORDS.map(" ".join)


@st.composite
def edits(draw, base: list[str], mark: str) -> tuple[str, list[str]]:
    """The base with some words dropped and words of one writer put in, each of which occurs once in the world."""
    out: list[str] = []
    typed: list[str] = []
    for word in [*base, ""]:
        if draw(st.integers(0, 3)) == 0:
            typed.append(f"{mark}{len(typed)}")
            out.append(typed[-1])
        if word and draw(st.integers(0, 4)):
            out.append(word)
    return " ".join(out), typed


@st.composite
def scenes(draw) -> tuple[str, str, list[str], str, list[str]]:
    base = draw(WORDS)
    mine, my_words = draw(edits(base, "mine"))
    theirs, their_words = draw(edits(base, "theirs"))
    return " ".join(base), mine, my_words, theirs, their_words


@given(scenes())
def test_every_typed_word_is_in_the_result_in_its_writers_order(scene):
    base, mine, my_words, theirs, their_words = scene
    result = merged(base, mine, theirs)
    if result is None:
        return
    words = result.split()
    for typed in (my_words, their_words):
        assert [word for word in words if word in typed] == typed


@given(TEXTS, TEXTS)
def test_one_change_alone_is_taken_as_it_is(base, text):
    assert (merged(base, text, base), merged(base, base, text), merged(base, text, text)) == (text, text, text)


@given(scenes())
def test_both_sides_agree_on_whether_they_can_be_joined(scene):
    base, mine, _my_words, theirs, _their_words = scene
    assert (merged(base, mine, theirs) is None) == (merged(base, theirs, mine) is None)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "result"),
    [
        ("March on Monday with all", "March on Tuesday with all", "March on Monday with all and drums", "March on Tuesday with all and drums"),
        ("Goal", "Goal\n- one", "Goal\n- two", "Goal\n- two\n- one"),
        ("March on Monday", "March on Tuesday", "March on Wednesday", None),
        ("March", "March today", "March tomorrow", None),
        ("one two three four", "one four", "one two three five", None),
        ("one two three four", "two three four", "one two three", "two three"),
        ("", "mine", "theirs", None),
        ("", "same", "same", "same"),
        ("el niño de aquí", "la niña de aquí", "el niño de aquí y de allá", "la niña de aquí y de allá"),
    ],
)
def test_examples(base, mine, theirs, result):
    assert merged(base, mine, theirs) == result


def test_long_texts_full_of_the_same_word_take_no_time():
    base, mine, theirs = "a b " * 2_000, "b a " * 2_000, "z " + "b " * 4_000
    assert merged(base, mine, theirs) is None
