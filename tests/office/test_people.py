"""Who works here, and who signs in with two steps."""

from conference.editions.actions import give_duty
from conference.editions.models import Duties
from tests.queries import counting

HERE = "/office/people"
NONE = "00000000-0000-4000-8000-000000000000"


async def test_it_is_for_organizers_of_all(cast, visitor):
    await cast.edition()
    for path in (HERE, "/office/backup", f"{HERE}/{NONE}/second-step"):
        found = {name: (await (await cast.browser(name)).get(path)).status_code for name in ("gus", "bo", "fay", "dov")}
        assert found == {"gus": 404 if NONE in path else 200, "bo": 403, "fay": 403, "dov": 404}
        assert (await visitor.get(path)).headers["location"] == f"/sign-in?next={path.replace('/', '%2F')}"
    gus = await cast.browser("gus")
    assert [(await gus.post(HERE)).status_code, (await gus.post(f"{HERE}/{NONE}/second-step")).status_code, (await gus.get(f"{HERE}/no-id/second-step")).status_code] == [405, 404, 404]


async def test_everybody_with_a_duty_is_there_once(cast):
    edition = await cast.edition()
    gus = await cast.browser("gus")
    for duty in (Duties.EDITOR, Duties.REGISTRAR):
        await give_duty(await cast.person("mar"), edition, duty)
    await cast.person("dov")
    page = (await gus.get(HERE)).text
    assert page.count("mar@example.org") == 1 and "editor (2027), registrar (2027)" in page and "organizer (all)" in page and "dov@example.org" not in page


async def test_the_list_costs_the_same_for_one_and_for_thirty(cast):
    edition, asked = await cast.edition(), []
    gus = await cast.browser("gus")
    for number in range(30):
        await give_duty(await cast.person(f"person{number}"), edition, Duties.NOTE_TAKER)
        if number in (0, 29):
            await gus.get(HERE)
            with counting() as statements:
                await gus.get(HERE)
            asked.append(len(statements))
    assert asked == [4, 4]
