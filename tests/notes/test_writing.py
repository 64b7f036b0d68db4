"""Operations: each once, in order, and no word lost."""

import asyncio
from uuid import uuid4

import pytest

from conference.core import jobs
from conference.core.errors import Malformed
from conference.notes import actions, queries, wording
from conference.notes.actions.writing import HandedIn, beside_id
from conference.notes.models import Block, Kind, Operation, Sheet
from conference.notes.operations import FIRST, Op, TooLong
from tests.notes.stage import a_sheet, a_submitted_sheet, add, change, texts


async def test_blocks_are_added_in_order_and_where_they_are_put(cast):
    sheet, eve = await a_sheet(cast), await cast.person("eve")
    one, two = add("one"), add("two")
    await actions.apply(sheet, [one, two, add("between", after=one.block), add("top", after=FIRST)], eve)
    assert await texts(sheet) == ["top", "one", "between", "two"]


async def test_a_hundred_blocks_at_the_top_keep_their_order(cast):
    sheet, eve = await a_sheet(cast), await cast.person("eve")
    await actions.apply(sheet, [add(str(number), after=FIRST) for number in range(100)], eve)
    assert await texts(sheet) == [str(number) for number in reversed(range(100))]


async def test_the_same_operation_twice_does_nothing(cast):
    sheet, eve = await a_sheet(cast), await cast.person("eve")
    new = add("March on May 1st.")
    first = await actions.apply(sheet, [new], eve)
    kept = (await Sheet.get(id=sheet.id)).change
    assert await actions.apply(sheet, [new], eve) == first
    assert (await texts(sheet), (await Sheet.get(id=sheet.id)).change) == (["March on May 1st."], kept)


async def test_the_same_operation_twice_in_one_batch_is_done_once(cast):
    sheet, eve = await a_sheet(cast), await cast.person("eve")
    new = add("March.")
    assert await actions.apply(sheet, [new, new], eve) == [actions.Applied(new.id, new.block, "done", 1)] * 2
    assert await texts(sheet) == ["March."]


async def test_changes_in_different_places_are_both_kept(cast):
    sheet, eve, bo = await a_sheet(cast), await cast.person("eve"), await cast.person("bo")
    new = add("March on Monday with everyone.")
    await actions.apply(sheet, [new], eve)
    await actions.apply(sheet, [change(new.block, 1, "March on Tuesday with everyone.")], eve)
    [result] = await actions.apply(sheet, [change(new.block, 1, "March on Monday with everyone and drums.")], bo)
    assert (result.outcome, await texts(sheet)) == ("merged", ["March on Tuesday with everyone and drums."])


async def test_changes_in_one_place_become_two_blocks(cast):
    sheet, eve, bo = await a_sheet(cast), await cast.person("eve"), await cast.person("bo")
    new = add("March on Monday.")
    await actions.apply(sheet, [new], eve)
    await actions.apply(sheet, [change(new.block, 1, "March on Tuesday.")], eve)
    late = change(new.block, 1, "March on Wednesday.")
    assert await actions.apply(sheet, [late], bo) == [actions.Applied(late.id, new.block, "beside", 2, beside_id(late.id))]
    assert await texts(sheet) == ["March on Tuesday.", "March on Wednesday."]
    assert (await Block.get(id=beside_id(late.id))).beside == new.block
    assert (await actions.apply(sheet, [late], bo))[0].beside == beside_id(late.id)
    assert await texts(sheet) == ["March on Tuesday.", "March on Wednesday."]


async def test_a_writer_goes_on_from_what_their_own_device_sent(cast):
    """While a merged answer was on its way the writer typed on; what they wrote on is their own last operation."""
    sheet, eve, bo = await a_sheet(cast), await cast.person("eve"), await cast.person("bo")
    new = add("March on Monday with all.")
    await actions.apply(sheet, [new], eve)
    await actions.apply(sheet, [change(new.block, 1, "March on Monday with all and drums.")], bo)
    mine = change(new.block, 1, "March on Friday with all.")
    await actions.apply(sheet, [mine], eve)
    await actions.apply(sheet, [change(new.block, 1, "March early on Friday with all.", upon=mine.id)], eve)
    assert await texts(sheet) == ["March early on Friday with all and drums."]


async def test_both_texts_of_a_bracket_are_kept(cast):
    sheet, eve = await a_sheet(cast), await cast.person("eve")
    new = add("March.")
    await actions.apply(sheet, [new, change(new.block, 1, "see 245(i)", part="bracket")], eve)
    await actions.apply(sheet, [change(new.block, 1, "it expired", part="bracket")], eve)
    [words] = wording.opened(await queries.blocks(sheet))
    assert words.get("bracket") == "see 245(i)\nit expired"


async def test_translations_are_kept_with_their_block(cast):
    sheet, eve = await a_sheet(cast), await cast.person("eve")
    new = add("March.")
    await actions.apply(sheet, [new, change(new.block, 1, "Marchar.", part="es"), change(new.block, 2, "véase", part="es.bracket")], eve)
    [words] = wording.opened(await queries.blocks(sheet))
    assert wording.translations(words) == {"es": {"text": "Marchar.", "bracket": "véase"}}


async def test_kind_and_audience_can_be_set(cast):
    sheet, eve = await a_sheet(cast), await cast.person("eve")
    new = add("March.")
    await actions.apply(sheet, [new, Op(id=uuid4(), what="set", block=new.block, kind=Kind.DECISION, audience="staff")], eve)
    block = await Block.get(id=new.block)
    assert (block.kind, block.audience, block.version) == ("decision", "staff", 2)


async def test_a_block_moves(cast):
    sheet, eve = await a_sheet(cast), await cast.person("eve")
    ops = [add("one"), add("two"), add("three")]
    await actions.apply(sheet, [*ops, Op(id=uuid4(), what="move", block=ops[2].block, after=ops[0].block)], eve)
    assert await texts(sheet) == ["one", "three", "two"]


async def test_a_deleted_block_can_be_brought_back(cast):
    sheet, eve = await a_sheet(cast), await cast.person("eve")
    new = add("March.")
    await actions.apply(sheet, [new, Op(id=uuid4(), what="delete", block=new.block, base=1)], eve)
    assert await texts(sheet) == []
    await actions.apply(sheet, [Op(id=uuid4(), what="restore", block=new.block)], eve)
    assert await texts(sheet) == ["March."]


async def test_what_somebody_just_wrote_is_not_deleted(cast):
    sheet, eve, bo = await a_sheet(cast), await cast.person("eve"), await cast.person("bo")
    new = add("March.")
    await actions.apply(sheet, [new], eve)
    await actions.apply(sheet, [change(new.block, 1, "March on May 1st.")], eve)
    [result] = await actions.apply(sheet, [Op(id=uuid4(), what="delete", block=new.block, base=1)], bo)
    assert (result.outcome, await texts(sheet)) == ("kept", ["March on May 1st."])


async def test_words_written_into_a_deleted_block_bring_it_back(cast):
    sheet, eve, bo = await a_sheet(cast), await cast.person("eve"), await cast.person("bo")
    new = add("March.")
    await actions.apply(sheet, [new], eve)
    await actions.apply(sheet, [Op(id=uuid4(), what="delete", block=new.block, base=1)], bo)
    await actions.apply(sheet, [change(new.block, 1, "March on May 1st.")], eve)
    assert await texts(sheet) == ["March on May 1st."]


async def test_two_writers_at_once_lose_nothing(cast):
    """Both send at the same moment, over and over, into the same block and into new ones."""
    sheet, eve, bo = await a_sheet(cast), await cast.person("eve"), await cast.person("bo")
    new = add("Goal")
    await actions.apply(sheet, [new], eve)

    async def write(person, name):
        for number in range(8):
            await actions.apply(sheet, [change(new.block, 1, f"Goal {name}{number}"), add(f"{name}new{number}")], person)

    await asyncio.gather(write(eve, "eve"), write(bo, "bo"))
    everything = " ".join(await texts(sheet)).split()
    assert [f"{name}{number}" for name in ("eve", "bo") for number in range(8) if f"{name}{number}" not in everything] == []
    assert sorted(text for text in await texts(sheet) if "new" in text) == sorted(f"{name}new{number}" for name in ("eve", "bo") for number in range(8))
    places = [block.place for block in await queries.blocks(sheet)]
    assert len(set(places)) == len(places)


async def test_writers_write_no_more_once_it_is_handed_in_but_editors_do(cast):
    sheet, eve, fay = await a_submitted_sheet(cast), await cast.person("eve"), await cast.person("fay")
    with pytest.raises(HandedIn):
        await actions.apply(sheet, [add("too late")], eve)
    await actions.apply(sheet, [add("by the editor")], fay)
    assert (await texts(sheet), (await Sheet.get(id=sheet.id)).revision) == (["March on May 1st.", "Lead border tours.", "by the editor"], 2)


async def test_a_refused_batch_leaves_nothing_behind(cast):
    sheet, eve = await a_sheet(cast), await cast.person("eve")
    with pytest.raises(TooLong) as refused:
        await actions.apply(sheet, [add("short"), long := add("x" * 10_001)], eve)
    assert (refused.value.block, await texts(sheet), await Operation.all().count()) == (long.block, [], 0)


async def test_blocks_and_operations_of_other_sheets_are_refused(cast):
    sheet, other, eve = await a_sheet(cast), await a_sheet(cast, "B2KNOW"), await cast.person("eve")
    new = add("March.")
    await actions.apply(other, [new], eve)
    for op in (new, add("taken", new.block), change(new.block, 1, "changed"), Op(id=uuid4(), what="delete", block=new.block)):
        with pytest.raises(Malformed):
            await actions.apply(sheet, [op], eve)
    assert (await texts(sheet), await texts(other)) == ([], ["March."])


async def test_note_takers_get_a_letter_with_the_address(cast):
    from tests.cast import newest_letter

    await a_sheet(cast)
    await jobs.run_due()
    letter = await newest_letter("notes.assigned")
    assert "<http://conference.test/2027/sessions/B1KNOW/notes/write>" in letter and "Subject: You are asked to take notes\n" in letter
