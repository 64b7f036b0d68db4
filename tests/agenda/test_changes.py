from conference.agenda.changes import Change, What, compare


def entry(uid: str, **changes: object) -> dict:
    told = {
        "uid": uid,
        "number": 1,
        "starts": "2027-07-23T14:00:00+00:00",
        "ends": "2027-07-23T15:00:00+00:00",
        "cancelled": False,
        "audience": "public",
    }
    words = {
        "title": {"en": "One"}, "title_ours": False, "abstract": {}, "note": {}, "kind": "breakout", "languages": [], "interpretation": [], "captions": False,
        "recorded": False, "signup": None, "links": [], "continues": [], "track": None, "contributors": [], "venue": "Here", "zone": "UTC",
    }  # fmt: skip
    return told | words | {"room": {"slug": "hall", "name": {"en": "Hall"}}} | changes


def test_the_same_is_no_change() -> None:
    assert compare({"a": entry("a")}, {"a": entry("a")}) == []


def test_new_and_removed() -> None:
    one, other = entry("a"), entry("b", starts="2027-07-23T13:00:00+00:00")
    assert compare({"a": one}, {"b": other}) == [Change((What.NEW,), other, other), Change((What.REMOVED,), one, one)]


def test_everything_at_once() -> None:
    was = entry("a", cancelled=True)
    now = entry(
        "a",
        room={"slug": "river", "name": {}},
        audience="participants",
        title={"en": "Two"},
        links=[{"url": "https://example.org"}],
    )
    what = (What.RESTORED, What.MOVED, What.AUDIENCE, What.CHANGED)
    assert compare({"a": was}, {"a": now}) == [Change(what, now, was, ("title", "links"))]


def test_a_renamed_room_is_no_move() -> None:
    was, now = entry("a"), entry("a", room={"slug": "hall", "name": {"en": "Great Hall"}})
    assert compare({"a": was}, {"a": now}) == [Change((What.CHANGED,), now, was, ("room",))]
