"""Secret links: only what we minted, for that purpose, row and version, and only until it ends."""

import base64
import string
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from conference.core import links
from conference.core.running import Running, enter

SECRET = "a secret of at least thirty-two characters"
ROW = UUID("6f1c2a9e-7d1b-4c53-9a55-0d0f6c3a1b22")
OTHER_ROW = UUID("6f1c2a9e-7d1b-4c53-9a55-0d0f6c3a1b23")
NOON = datetime(2027, 5, 1, 12, 0, tzinfo=UTC)
URL_SAFE = set(string.ascii_letters + string.digits + "-_")


def _order(version=1, **more):
    return links.token("order", ROW, version, secret=SECRET, **more)


def _matches(token, purpose="order", row=ROW, version=1, now=NOON, secret=SECRET):
    return links.matches(token, purpose, row, version, now=now, secret=secret)


def test_a_token_is_short_url_safe_and_always_the_same():
    token = _order()
    assert (len(token), set(token) - URL_SAFE, token == _order()) == (43, set(), True)


def test_a_token_names_its_row():
    assert (links.row_of(_order()), links.expires_of(_order())) == (ROW, None)


def test_a_token_matches_what_it_was_minted_for_and_nothing_else():
    token = _order()
    answers = [_matches(token), _matches(token, purpose="sign-in"), _matches(token, row=OTHER_ROW),
               _matches(token, version=2), _matches(token, secret=SECRET + "!")]
    assert answers == [True, False, False, False, False]


def test_the_purpose_cannot_run_over_into_the_row():
    shifted = UUID(bytes=b"x" + ROW.bytes[:-1])
    token = links.token("orderx", ROW, 1, secret=SECRET)
    assert links.matches(token, "order", shifted, 1, secret=SECRET) is False


def test_every_changed_symbol_is_noticed():
    token = _order()
    changed = [token[:place] + wrong + token[place + 1:]
               for place in range(len(token)) for wrong in ("A", "B", "_") if token[place] != wrong]
    assert [text for text in changed if _matches(text)] == []


def test_there_is_one_spelling_of_a_token():
    token = _order(expires=NOON)
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    last = alphabet.index(token[-1])
    twin = token[:-1] + alphabet[last ^ 1]
    same_bytes = base64.urlsafe_b64decode(twin + "=") == base64.urlsafe_b64decode(token + "=")
    assert (same_bytes, links.row_of(twin), _matches(twin, now=NOON - timedelta(hours=1))) == (True, None, False)


@pytest.mark.parametrize("text", [
    "", "x", "é" * 43, "=" * 43, "A" * 42, "A" * 44, "A" * 10_000, "A" * 42 + "\n", "A+/" * 14 + "A",
])
def test_what_is_no_token_names_no_row_and_matches_nothing(text):
    assert (links.row_of(text), links.expires_of(text), _matches(text)) == (None, None, False)


def test_a_passing_token_ends_at_the_full_hour_after_its_end():
    token = _order(expires=NOON + timedelta(minutes=20))
    end = NOON + timedelta(hours=1)
    assert (len(token), links.expires_of(token)) == (47, end)
    assert (_matches(token, now=end - timedelta(seconds=1)), _matches(token, now=end)) == (True, False)


def test_a_full_hour_is_not_rounded_up_and_any_part_of_one_is():
    ends = [links.expires_of(_order(expires=NOON + timedelta(microseconds=part))) for part in (0, 1)]
    assert ends == [NOON, NOON + timedelta(hours=1)]


def test_the_end_cannot_be_moved_or_taken_away():
    raw = base64.urlsafe_b64decode(_order(expires=NOON) + "=")
    later = raw[:16] + (int.from_bytes(raw[16:19], "big") + 1000).to_bytes(3, "big") + raw[19:]
    forged = [base64.urlsafe_b64encode(data).rstrip(b"=").decode() for data in (later, raw[:16] + raw[19:])]
    assert [(links.row_of(text), _matches(text)) for text in forged] == [(ROW, False)] * 2


def test_a_link_that_expires_needs_an_aware_moment():
    with pytest.raises(ValueError, match="aware"):
        _order(expires=datetime(2027, 5, 1))


def test_the_apps_own_secret_and_clock_are_used():
    class Secret:
        def get_secret_value(self):
            return SECRET

    class Settings:
        secret_key = Secret()

    enter(Running(settings=Settings(), clock=lambda: NOON))
    token = links.token("order", ROW, 1, expires=NOON + timedelta(hours=2))
    ended = links.token("order", ROW, 1, expires=NOON)
    assert token == _order(expires=NOON + timedelta(hours=2))
    assert (links.matches(token, "order", ROW, 1), links.matches(ended, "order", ROW, 1)) == (True, False)
