"""Every slice that holds something about people tells it and forgets it."""

from conference.core import sealing
from conference.core.holdings import Holding, Subject
from conference.privacy.collecting import holders

# Slices whose personal columns nobody can prove to be theirs, each with why.
NOBODYS = {
    "core": "why somebody took a list along is told with the looks at the data of whoever was on it",
    "agenda": "names of who leads a session are written by the editors, and a name is no proof; they are asked to change them",
    "payments": "why money was given back is the treasurer's own note, about an order that registration tells",
}


async def test_every_slice_with_personal_columns_tells_and_forgets(app):
    slices = {model.__module__.split(".")[1] for model, _column in sealing.places().values()}
    assert slices - holders().keys() - NOBODYS.keys() == set()
    assert [name for name, holder in holders().items() if not (callable(holder.about) and callable(holder.forget))] == []


async def test_a_stranger_has_nothing_anywhere(house):
    await house.register("Ana", email="ana@example.org")
    for subject in (Subject(), Subject(email="nobody@example.org"), Subject(tokens=("x", "A" * 43))):
        for holder in holders().values():
            assert (await holder.about(subject), await holder.forget(subject)) == ([], 0)


async def test_what_is_told_is_told_in_whole(house, cast):
    person = await cast.person("bo")
    await house.register("Bo", person=person, email="bo@example.org", needs={"note": "x"})
    for holder in holders().values():
        for one in await holder.about(Subject(person.id, "bo@example.org")):
            assert isinstance(one, Holding) and one.title and one.facts and all(isinstance(text, str) and text for fact in one.facts for text in fact)
