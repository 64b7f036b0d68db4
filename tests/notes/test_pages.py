"""Pages of notes: who may see which, what they say, and that refusals keep the typed words."""

import re
from uuid import uuid4

import pytest

from conference.core import jobs
from conference.notes import actions
from conference.notes.models import Block, Sheet, SheetState, SheetWriter
from tests.notes.stage import CODE, a_released_sheet, a_session, a_sheet, a_submitted_sheet, add, change, texts

NOTES = f"/2027/sessions/{CODE}/notes"
WRITE, OPERATIONS, SUBMISSION, REOPENING = f"{NOTES}/write", f"{NOTES}/operations", f"{NOTES}/submission", f"{NOTES}/reopening"
OFFICE = f"/office/2027/notes/{CODE}"


def main_of(page: str) -> str:
    """The words of a page's main part."""
    inside = page.split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", inside.split(">", 1)[1]).split())


async def fields_of(browser, path=WRITE) -> dict[str, str]:
    """The fields of the writing form as the page came."""
    page = (await browser.get(path)).text
    form = page.split('id="notes"', 1)[1].split("</form>", 1)[0]
    found = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        found[name] = text
    for name, options in re.findall(r'<select[^>]* name="([^"]+)">(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else re.search(r'value="([^"]*)"', options)[1]
    return found


# Reading


async def test_nothing_is_released_yet(cast, visitor):
    await cast.edition()
    page = await visitor.get("/2027/notes")
    assert (page.status_code, "No notes have been released yet" in main_of(page.text)) == (200, True)


async def test_the_list_counts_goals_and_links_the_report(cast, visitor):
    await a_released_sheet(cast, add("March."), add("Lead tours."), add("We meet in July.", kind="decision"))
    await jobs.run_due()
    page = await visitor.get("/2027/notes")
    assert "2 goals from 1 session" in main_of(page.text)
    assert '<a class="button" href="/2027/report.pdf?lang=en">' in page.text
    assert f'<a href="{NOTES}">Know your rights</a>' in page.text


async def test_released_notes_are_read_by_everybody(cast, visitor):
    await a_released_sheet(cast, add("March on May 1st.\n- Ask the *unions*"), add("It passed.", kind="decision"))
    await jobs.run_due()
    page = (await visitor.get(NOTES)).text
    assert "<h1>Know your rights</h1>" in page and '<li id="goal-1">' in page and "<li>Ask the <em>unions</em></li>" in page
    words = main_of(page)
    for told in ("Draft", "Released on May 1, 2027.", "Prepared by Eve Aranda", "Questions, changes or comments: hello@example.org", "Decisions It passed."):
        assert told in words, told
    assert f'href="{NOTES}.pdf?lang=en"' in page


async def test_the_page_is_the_same_for_its_writer_and_carries_nobody(cast, visitor):
    await a_released_sheet(cast)
    eve = await cast.browser("eve")
    assert (await eve.get(NOTES)).content == (await visitor.get(NOTES)).content


async def test_a_translation_is_shown_as_one(cast, visitor):
    goal = add("March.")
    await a_released_sheet(cast, goal, change(goal.block, 1, "Marchar.", part="es"), add("Untranslated."))
    page = (await visitor.get(NOTES + "?lang=es")).text
    assert '<div lang="es" dir="ltr"><p>Marchar.</p>' in page and '<div lang="en" dir="ltr"><p>Untranslated.</p>' in page
    assert "<p>March.</p>" not in page


@pytest.mark.parametrize("path", [NOTES, f"{NOTES}.pdf", "/2027/report.pdf", "/2027/sessions/NONE00/notes", "/1999/notes", "/2027/sessions/x/notes"])
async def test_what_is_not_released_is_not_there(cast, visitor, path):
    await a_submitted_sheet(cast)
    await jobs.run_due()
    answer = await visitor.get(path)
    assert answer.status_code == 404 and "March" not in answer.text


async def test_reading_pages_take_no_posts(cast, visitor):
    await a_released_sheet(cast)
    assert [(await visitor.post(path)).status_code for path in ("/2027/notes", NOTES, f"{NOTES}.pdf", "/2027/report.pdf")] == [405] * 4


async def test_html_in_notes_is_shown_not_obeyed(cast, visitor):
    await a_released_sheet(cast, add('<script>alert(1)</script> <b onclick="x()">bold</b> [a](javascript:alert(1))'))
    page = (await visitor.get(NOTES)).text
    assert "<script>alert" not in page and "<b onclick" not in page and 'href="javascript' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


# Writing


OWN = [WRITE, SUBMISSION, OPERATIONS, f"{NOTES}/preview.pdf", f"{NOTES}/all"]


@pytest.mark.parametrize("path", [*OWN, "/2027/my/notes"])
async def test_signed_out_people_are_asked_in_and_brought_back(cast, visitor, path):
    await a_sheet(cast)
    answer = await visitor.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path.replace('/', '%2F')}")


@pytest.mark.parametrize("path", OWN)
async def test_strangers_find_nothing(cast, path):
    await a_submitted_sheet(cast)
    assert (await (await cast.browser("dov")).get(path)).status_code == 404


@pytest.mark.parametrize("path", [WRITE, SUBMISSION, REOPENING, OPERATIONS])
async def test_strangers_change_nothing(cast, path):
    sheet = await a_sheet(cast)
    await (await cast.browser("dov")).post(path, data={"form": str(uuid4()), "new-id": str(uuid4()), "new-text": "mine"})
    assert (await texts(sheet), (await Sheet.get(id=sheet.id)).state) == ([], SheetState.OPEN)


async def test_note_takers_of_other_sessions_are_strangers_here(cast):
    await a_session(cast)
    await a_sheet(cast, "B2KNOW")
    assert (await (await cast.browser("eve")).get(WRITE)).status_code == 404


async def test_wrong_methods(cast):
    await a_sheet(cast)
    eve = await cast.browser("eve")
    assert [(await eve.get(REOPENING)).status_code, (await eve.put(WRITE)).status_code, (await eve.delete(OPERATIONS)).status_code] == [405, 405, 405]


async def test_my_notes_are_listed(cast):
    await a_sheet(cast)
    page = await (await cast.browser("eve")).get("/2027/my/notes")
    assert f'<a href="{WRITE}">Know your rights</a>' in page.text and "being written" in main_of(page.text)
    assert "You were not asked to write notes" in main_of((await (await cast.browser("dov")).get("/2027/my/notes")).text)


async def test_writing_without_a_script(cast):
    sheet, eve = await a_sheet(cast), await cast.browser("eve")
    page = (await eve.get(WRITE)).text
    assert "Nothing was written yet" in main_of(page)
    sent = await fields_of(eve) | {"new-text": "March on May 1st.\r\n- Ask the unions", "new-kind": "goal"}
    assert (await eve.post(WRITE, data=sent)).headers["location"] == f"{WRITE}?saved=all"
    assert await texts(sheet) == ["March on May 1st.\n- Ask the unions"]
    assert "Saved 7:00 AM" in main_of((await eve.get(WRITE)).text).replace("\xa0", " ")


async def test_the_same_post_twice_adds_one_block(cast):
    sheet, eve = await a_sheet(cast), await cast.browser("eve")
    sent = await fields_of(eve) | {"new-text": "March."}
    assert [(await eve.post(WRITE, data=sent)).status_code for _ in range(2)] == [303, 303]
    assert await texts(sheet) == ["March."]


async def test_going_back_and_sending_other_words_keeps_both(cast):
    sheet, eve = await a_sheet(cast), await cast.browser("eve")
    sent = await fields_of(eve)
    await eve.post(WRITE, data=sent | {"new-text": "March."})
    await eve.post(WRITE, data=sent | {"new-text": "Lead tours."})
    assert await texts(sheet) == ["Lead tours."]
    await eve.post(WRITE, data=sent | {"new-text": "Build memorials."})
    assert await texts(sheet) == ["Lead tours.", "Build memorials."]


async def test_two_writers_without_scripts_keep_both_texts(cast):
    sheet, eve, bo = await a_sheet(cast), await cast.browser("eve"), await cast.browser("bo")
    goal = add("March on Monday.")
    await actions.apply(sheet, [goal], await cast.person("eve"))
    hers, his = await fields_of(eve), await fields_of(bo)
    await eve.post(WRITE, data=hers | {f"{goal.block}-text": "March on Tuesday."})
    answer = await bo.post(WRITE, data=his | {f"{goal.block}-text": "March on Wednesday."})
    page = main_of((await bo.follow(answer)).text)
    assert answer.headers["location"] == f"{WRITE}?saved=both" and "Both texts are kept." in page
    assert await texts(sheet) == ["March on Tuesday.", "March on Wednesday."]
    assert "Both are right: leave them as they are" in page


async def test_an_untouched_form_undoes_nobodys_work(cast):
    sheet, eve, bo = await a_sheet(cast), await cast.browser("eve"), await cast.browser("bo")
    goal = add("March.")
    await actions.apply(sheet, [goal], await cast.person("eve"))
    hers, his = await fields_of(eve), await fields_of(bo)
    await eve.post(WRITE, data=hers | {f"{goal.block}-text": "March today.", f"{goal.block}-kind": "decision", f"{goal.block}-audience": "staff"})
    await bo.post(WRITE, data=his)
    block = await Block.get(id=goal.block)
    assert (await texts(sheet), block.kind, block.audience) == (["March today."], "decision", "staff")


async def test_blocks_are_moved_deleted_and_brought_back_without_a_script(cast):
    sheet, eve = await a_sheet(cast), await cast.browser("eve")
    ops = [add("one"), add("two"), add("three")]
    await actions.apply(sheet, ops, await cast.person("eve"))
    await eve.post(WRITE, data=await fields_of(eve) | {f"{ops[2].block}-move": "up", f"{ops[0].block}-delete": "1"})
    assert await texts(sheet) == ["three", "two"]
    assert "Deleted blocks (1)" in main_of((await eve.get(WRITE)).text)
    await eve.post(f"{NOTES}/blocks/{ops[0].block}/restoring")
    assert await texts(sheet) == ["one", "three", "two"]


async def test_too_long_a_text_is_refused_and_kept_on_the_page(cast):
    sheet, eve = await a_sheet(cast), await cast.browser("eve")
    goal = add("March.")
    await actions.apply(sheet, [goal], await cast.person("eve"))
    sent = await fields_of(eve) | {f"{goal.block}-text": "Wordy " * 1_700, "new-text": "And a new one"}
    answer = await eve.post(WRITE, data=sent)
    assert answer.status_code == 422 and "Wordy Wordy" in answer.text and "And a new one" in answer.text
    assert "One block has 10200 characters; the most is 10000." in main_of(answer.text)
    assert await texts(sheet) == ["March."] and "notes.js" not in answer.text


async def test_words_sent_after_the_notes_were_handed_in_are_kept_on_the_page(cast):
    sheet, eve = await a_sheet(cast), await cast.browser("eve")
    sent = await fields_of(eve)
    await actions.apply(sheet, [add("March.")], await cast.person("eve"))
    await actions.submit(sheet, prepared_by="", credited=False, by=await cast.person("eve"))
    answer = await eve.post(WRITE, data=sent | {"new-text": "One more goal"})
    assert answer.status_code == 422 and ">\nOne more goal</textarea>" in answer.text and "handed in meanwhile" in main_of(answer.text)


BAD = {
    "empty": "", "control": "a\x00b\x07c", "emoji": "👩🏽‍🌾 goal", "rtl": "\u202emarch\u2066", "html": "<img src=x onerror=alert(1)>", "long": "x" * 10_000,
    "spaces": " \n\t ", "accents": "Montan\u0303a",
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
async def test_odd_words_are_kept_clean(cast, name):
    sheet, eve = await a_sheet(cast), await cast.browser("eve")
    assert (await eve.post(WRITE, data=await fields_of(eve) | {"new-text": BAD[name]})).status_code == 303
    wanted = {"control": ["abc"], "rtl": ["march"], "empty": [], "spaces": [], "accents": ["Montaña"]}.get(name, [BAD[name]])
    assert await texts(sheet) == wanted
    assert "<img" not in (await eve.get(WRITE)).text


@pytest.mark.parametrize("sent", [{}, {"form": "x", "new-id": "y"}, {"form": str(uuid4()), "new-id": str(uuid4()), "block": "x"}, {"form": str(uuid4()), "new-id": str(uuid4()), "new-kind": "poem"}])
async def test_a_form_of_ours_could_not_have_sent_this(cast, sent):
    sheet, eve = await a_sheet(cast), await cast.browser("eve")
    assert ((await eve.post(WRITE, data=sent)).status_code, await texts(sheet)) == (400, [])


async def test_a_post_from_another_site_is_refused(cast):
    sheet, eve = await a_sheet(cast), await cast.browser("eve")
    for path in (WRITE, OPERATIONS, SUBMISSION, REOPENING):
        assert (await eve.post(path, headers={"sec-fetch-site": "cross-site"})).status_code == 403
    assert await texts(sheet) == []


# What a device sends


def json_add(text: str, **more: object) -> dict:
    return {"id": str(uuid4()), "what": "add", "block": str(uuid4()), "text": text, "kind": "goal", "audience": "public", "after": "last"} | more


async def test_a_device_saves_and_hears_what_others_wrote(cast):
    await a_sheet(cast)
    eve, bo = await cast.browser("eve"), await cast.browser("bo")
    new = json_add("March.")
    told = (await eve.post(OPERATIONS, json={"operations": [new], "since": 0})).json()
    assert told["results"] == [{"id": new["id"], "block": new["block"], "outcome": "done", "version": 1, "beside": None}]
    heard = (await bo.get(OPERATIONS + "?since=0")).json()
    assert heard["blocks"] == told["blocks"] and heard["blocks"][0]["parts"] == {"text": "March.", "bracket": ""}
    assert (await bo.get(OPERATIONS + f"?since={heard['change']}")).json() == heard | {"blocks": []}
    assert heard["saved"].replace("\xa0", " ") == "7:00 AM"


async def test_what_cannot_be_read_is_refused_in_json(cast):
    sheet, eve = await a_sheet(cast), await cast.browser("eve")
    good = json_add("March.")
    wrong = [
        b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"operations": 7}', b'{"operations": [7]}', b"\xff\xfe", b'{"operations": [{}]}',
    ]  # fmt: skip
    answers = [await eve.post(OPERATIONS, content=body, headers={"content-type": "application/json"}) for body in wrong]
    wrong_values = [
        {"id": "x"}, {"what": "explode"}, {"block": 7}, {"text": None}, {"text": ["a"]}, {"kind": "poem"}, {"audience": ["staff"]}, {"after": {}}, {"part": "secret"},
        {"base": -1}, {"base": "1"}, {"base": True}, {"upon": 5}, {"base": 2**40},
    ]  # fmt: skip
    answers += [await eve.post(OPERATIONS, json={"operations": [good | value]}) for value in wrong_values]
    assert [answer.status_code for answer in answers] == [400] * len(answers)
    assert {answer.headers["content-type"] for answer in answers} == {"application/json"}
    assert await texts(sheet) == []


async def test_lone_surrogates_and_control_characters_do_not_arrive(cast):
    sheet, eve = await a_sheet(cast), await cast.browser("eve")
    body = '{"operations": [{"id": "%s", "what": "add", "block": "%s", "text": "a\\ud800b\\u0000c"}]}' % (uuid4(), uuid4())
    assert (await eve.post(OPERATIONS, content=body)).status_code == 200
    assert await texts(sheet) == ["abc"]


async def test_a_block_too_long_is_named(cast):
    await a_sheet(cast)
    new = json_add("x" * 10_001)
    answer = await (await cast.browser("eve")).post(OPERATIONS, json={"operations": [new]})
    assert (answer.status_code, answer.json()["block"]) == (422, new["block"])


async def test_a_signed_out_device_is_told_so(cast, visitor):
    await a_sheet(cast)
    assert (await visitor.post(OPERATIONS, json={"operations": [json_add("March.")]})).status_code == 401


# Handing in


async def test_handing_in_and_opening_again(cast):
    sheet, eve = await a_sheet(cast), await cast.browser("eve")
    await actions.apply(sheet, [add("March.")], await cast.person("eve"))
    assert "March." in main_of((await eve.get(SUBMISSION)).text)
    assert (await eve.post(SUBMISSION, data={"prepared_by": "Eve", "credited": "y"})).headers["location"] == WRITE
    assert "The PDF is being made." in main_of((await eve.get(WRITE)).text)
    await jobs.run_due()
    page = (await eve.get(WRITE)).text
    assert f'href="{NOTES}/preview.pdf?lang=en"' in page and "notes.js" not in page
    assert (await eve.post(REOPENING)).headers["location"] == WRITE
    assert (await Sheet.get(id=sheet.id)).state == SheetState.OPEN


async def test_handing_in_nothing_keeps_the_typed_name(cast):
    await a_sheet(cast)
    answer = await (await cast.browser("eve")).post(SUBMISSION, data={"prepared_by": "Eve Aranda"})
    assert answer.status_code == 422 and 'value="Eve Aranda"' in answer.text and "There is nothing to hand in yet." in main_of(answer.text)


async def test_handing_in_twice_is_said(cast):
    await a_submitted_sheet(cast)
    answer = await (await cast.browser("eve")).post(SUBMISSION, data={"prepared_by": "Eve"})
    assert answer.status_code == 422


async def test_released_notes_are_opened_again_by_editors_only(cast):
    sheet = await a_released_sheet(cast)
    assert (await (await cast.browser("eve")).post(REOPENING)).status_code == 409
    assert (await (await cast.browser("fay")).post(REOPENING)).status_code == 303
    assert (await Sheet.get(id=sheet.id)).state == SheetState.OPEN


# The office


OFFICE_PAGES = ["/office/2027/notes/", OFFICE]
OFFICE_POSTS = [f"{OFFICE}/{part}" for part in ("writers", "language", "release", "correction", "withdrawal", "writers/00000000-0000-4000-8000-000000000000/end")]


@pytest.mark.parametrize("path", [*OFFICE_PAGES, *OFFICE_POSTS])
async def test_the_office_is_for_editors(cast, visitor, path):
    await a_sheet(cast)
    ask = "post" if path in OFFICE_POSTS else "get"
    statuses = [(await getattr(browser, ask)(path)).status_code for browser in (visitor, await cast.browser("dov"), await cast.browser("cleo"), await cast.browser("eve"))]
    assert statuses == [401 if ask == "post" else 303, 404, 403, 403]


async def test_editors_see_how_far_every_session_is(cast):
    await a_session(cast, "B9KNOW", "Nobody yet")
    await a_sheet(cast)
    page = (await (await cast.browser("fay")).get("/office/2027/notes/")).text
    assert "Being written (1)" in main_of(page).replace("<span", "") and "Not begun (1)" in main_of(page) and f'<a href="{OFFICE}">Know your rights</a>' in page
    only = (await (await cast.browser("fay")).get("/office/2027/notes/?state=none")).text
    assert "Nobody yet" in only and "Know your rights" not in only


async def test_an_editor_asks_a_note_taker_and_takes_them_off(cast):
    await a_session(cast)
    fay = await cast.browser("fay")
    assert (await fay.post(f"{OFFICE}/writers", data={"email": "gil@example.org", "language": "es"})).status_code == 303
    page = (await fay.get(OFFICE)).text
    assert "gil@example.org" in page
    writer = await SheetWriter.get()
    assert (await fay.post(f"{OFFICE}/writers/{writer.id}/end")).status_code == 303
    assert (await SheetWriter.all().count(), (await Sheet.get()).language) == (0, "es")
    assert (await fay.post(f"{OFFICE}/writers/{writer.id}/end")).status_code == 404


async def test_a_mistyped_address_is_kept_and_explained(cast):
    await a_session(cast)
    answer = await (await cast.browser("fay")).post(f"{OFFICE}/writers", data={"email": "gil at example", "language": "en"})
    assert answer.status_code == 422 and 'value="gil at example"' in answer.text and "does not look like an e-mail address" in answer.text


async def test_an_editor_releases_corrects_and_takes_back(cast, visitor):
    await a_submitted_sheet(cast)
    fay = await cast.browser("fay")
    assert (await fay.post(f"{OFFICE}/release", data={"status": "final"})).status_code == 303
    assert "Reviewed and released." in main_of((await visitor.get(NOTES)).text)
    assert (await fay.post(f"{OFFICE}/correction", data={"en": "It is May 2nd.", "es": ""})).status_code == 303
    assert "May 1, 2027 It is May 2nd." in main_of((await visitor.get(NOTES)).text)
    assert (await fay.post(f"{OFFICE}/withdrawal")).status_code == 303
    assert (await visitor.get(NOTES)).status_code == 404


async def test_refusals_in_the_office_keep_the_typed_words(cast):
    await a_sheet(cast)
    fay = await cast.browser("fay")
    refused = await fay.post(f"{OFFICE}/release", data={"status": "final"})
    assert refused.status_code == 422 and "These notes are still being written." in main_of(refused.text)
    await a_released_sheet(cast, code="B2KNOW")
    refused = await fay.post("/office/2027/notes/B2KNOW/correction", data={"en": "", "es": "Es el 2 de mayo."})
    assert refused.status_code == 422 and "Es el 2 de mayo.</textarea>" in refused.text


async def test_an_unknown_session_has_no_review(cast):
    await cast.edition()
    fay = await cast.browser("fay")
    assert [(await fay.get("/office/2027/notes/NONE00")).status_code, (await fay.post("/office/2027/notes/NONE00/release")).status_code] == [404, 404]


async def test_a_session_links_its_released_notes(cast, visitor):
    from conference.agenda import actions as agenda

    await a_released_sheet(cast)
    await agenda.release(await cast.edition(), name={"en": "One", "es": "Uno"})
    await jobs.run_due()
    assert f'<a href="{NOTES}">Read the notes</a>' in (await visitor.get(f"/2027/sessions/{CODE}")).text
