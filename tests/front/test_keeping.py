"""What we keep about you: the page says what the columns say."""

from conference.front import keeping


def kept(page: str) -> list[tuple[str, str]]:
    rows = page.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    return [(row.split('scope="row">')[1].split("<")[0], row.split("<td")[1].split(">")[1].split("<")[0]) for row in rows]


async def test_every_purpose_of_a_column_can_be_put_into_other_languages(app):
    assert {column.purpose for column in keeping.internal_columns()} == set(keeping.PURPOSES)


async def test_the_page_names_every_purpose_once_per_lifetime(visitor, app):
    columns = {(column.purpose, column.days, column.after) for column in keeping.internal_columns()}
    assert len(kept((await visitor.get("/held")).text)) == len(columns)


async def test_the_page_speaks_plainly_in_both_languages(visitor):
    english, spanish = await visitor.get("/held?lang=en"), await visitor.get("/held?lang=es")
    assert ("Badge and door", "60 days after the conference ends") in kept(english.text)
    assert ("Sign-in", "730 days after you gave it to us") in kept(english.text)
    assert "<h1>Lo que guardamos sobre usted</h1>" in spanish.text
    assert ("Gafete y entrada", "60 días después de que termina la conferencia") in kept(spanish.text)
    assert {words for words, _until in kept(english.text)} & {words for words, _until in kept(spanish.text)} == set()
