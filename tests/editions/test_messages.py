"""Writing to a chapter: nobody is sent or shown a word before an organizer opens it and passes it on; after thirty days it is gone."""

import asyncio
import re

import pytest

from conference.core import jobs, sealing
from conference.core.audit import AuditEntry
from conference.core.holdings import Subject
from conference.core.mail import Letter
from conference.editions import actions, privacy, queries
from conference.editions.models import Chapter, ContactMessage, MessageState
from tests.agenda.counting import counting
from tests.canaries import everything, told
from tests.cast import letter_text
from tests.hostile import TEXTS, URLENCODED, as_shown, form_body

OFFICE = "/office/editions/messages"
WORDS, NAME, MAIL = "Zebulonquagmire needs a lawyer", "Xylophagous", "quetzalcanary@example.org"
CANARIES = ("zebulonquagmire", "xylophagous", "quetzalcanary")


@pytest.fixture
async def chapter(cast) -> Chapter:
    await cast.organization()
    await cast.edition()
    return await actions.add_chapter(name="Los Angeles", city="Los Angeles", phone="(213) 555-0101", mail="la@example.org", about={"en": "Days", "es": "Días"})


async def write(visitor, chapter: Chapter | None, **fields: str):
    path = f"/contact/{chapter.id}" if chapter else "/contact/write"
    page = (await visitor.get(path)).text
    once = re.search(r'name="once"[^>]*value="([^"]+)"', page)[1]
    return await visitor.post(path, data={"once": once, "words": WORDS, "name": NAME, "reach": MAIL} | fields)


# The visitor's side


async def test_the_contact_page_leads_to_each_chapter_that_has_an_address(chapter, visitor):
    await actions.add_chapter(name="Fresno", city="Fresno", phone="(559) 555-0101", mail="", about={"en": "x", "es": "x"})
    page = (await visitor.get("/contact")).text
    assert (page.count(f'href="/contact/{chapter.id}"'), page.count("Write to this chapter"), page.count('href="/contact/write"')) == (1, 1, 1)


async def test_a_message_is_kept_and_the_page_says_what_becomes_of_it(chapter, visitor):
    form = (await visitor.get(f"/contact/{chapter.id}")).text
    assert "<h1>Write to Los Angeles</h1>" in form and "deleted after 30 days" in form and "Until then nobody in the chapter sees it." in form
    answer = await write(visitor, chapter)
    assert (answer.status_code, answer.headers["location"]) == (303, "/contact/written")
    assert "Your message is here" in (await visitor.get("/contact/written")).text
    kept = await ContactMessage.get()
    plain = sealing.open_one(kept, "words", "name", "reach")
    assert (plain.words, plain.name, plain.reach, kept.state, kept.chapter_id, kept.language) == (WORDS, NAME, MAIL, MessageState.WAITING, chapter.id, "en")


async def test_nobody_but_the_network_is_sent_anything_and_no_word_of_it(chapter, visitor):
    await write(visitor, chapter)
    await write(visitor, None, words="Another one")
    await jobs.run_due()
    letters = [await letter_text(row) for row in await Letter.all()]
    assert [letter.split("\n")[0] for letter in letters] == ["To: hello@example.org"]
    assert "2 messages wait to be read and passed on." in letters[0] and not any(word in letters[0].lower() for word in (*CANARIES, "another"))


async def test_a_form_sent_twice_is_one_message(chapter, visitor):
    page = (await visitor.get(f"/contact/{chapter.id}")).text
    once = re.search(r'name="once"[^>]*value="([^"]+)"', page)[1]
    sent = {"once": once, "words": WORDS, "name": "", "reach": ""}
    answers = await asyncio.gather(*(visitor.post(f"/contact/{chapter.id}", data=sent) for _ in range(4)))
    assert ([answer.status_code for answer in answers], await ContactMessage.all().count()) == ([303] * 4, 1)
    await visitor.post(f"/contact/{chapter.id}", data=sent | {"words": "Something else"})
    assert await ContactMessage.all().count() == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"words": ""}, "Please fill this in."),
        ({"words": " \n "}, "Please fill this in."),
        ({"words": "x" * 4_001}, "Please use at most 4000 characters; this has 4001."),
        ({"name": "x" * 121}, "Please use at most 120 characters; this has 121."),
        ({"reach": "ana@"}, "This does not look like an e-mail address. It has the form name@example.org."),
        ({"reach": "ask Ana"}, "This does not look like a telephone number. Write it with the area code."),
    ],
)
async def test_what_cannot_be_used_is_said_and_the_words_are_kept(chapter, visitor, fields, said):
    answer = await write(visitor, chapter, **fields)
    assert (answer.status_code, answer.text.count(f"</span> {said}")) == (422, 1)
    assert (fields.get("words", WORDS).strip() or f'value="{NAME}"') in answer.text and await ContactMessage.all().count() == 0


@pytest.mark.parametrize(("typed", "kept"), [("Ana@Example.ORG", "Ana@example.org"), ("(312) 555-0142", "3125550142"), ("+52 55 5555 0100", "+525555550100"), ("", None)])
async def test_how_to_answer_is_an_address_or_a_number_or_nothing(chapter, visitor, typed, kept):
    await write(visitor, chapter, reach=typed)
    assert sealing.open_one(await ContactMessage.get(), "reach").reach == kept


@pytest.mark.parametrize("what", TEXTS)
async def test_whatever_is_typed_is_kept_clean_and_shown_as_text(chapter, visitor, cast, what):
    sent, left = TEXTS[what]
    answer = await visitor.post(f"/contact/{chapter.id}", content=form_body({"once": "a", "reach": ""}, words=sent, name=sent), headers=URLENCODED)
    assert answer.status_code == (303 if left is not None or await ContactMessage.all().count() else 400)
    if left is not None:
        gus, kept = await cast.browser("gus"), await ContactMessage.get()
        opened = await gus.post(f"{OFFICE}/{kept.id}/opening")
        assert opened.text.count(f">{as_shown(left)}<") == 2


async def test_so_many_an_hour_from_one_place(chapter, visitor):
    answers = [await write(visitor, chapter, words=f"Message {number}") for number in range(8)]
    assert [answer.status_code for answer in answers] == [303] * 6 + [422] * 2
    assert "That was tried too often." in answers[-1].text and "Message 7" in answers[-1].text


async def test_when_too_many_wait_nobody_can_flood_the_rest(chapter, visitor, monkeypatch):
    monkeypatch.setattr(actions.messages, "MOST_WAITING", 1)
    await write(visitor, chapter)
    answer = await write(visitor, None, words="Second")
    assert (answer.status_code, "Please call us, or come back tomorrow." in answer.text, await ContactMessage.all().count()) == (422, True, 1)


async def test_there_is_nothing_under_a_wrong_address(chapter, visitor):
    mute = await actions.add_chapter(name="Fresno", city="Fresno", phone="", mail="", about={"en": "x", "es": "x"})
    paths = ("/contact/nothing", "/contact/00000000-0000-4000-8000-000000000000", f"/contact/{mute.id}")
    assert [(await visitor.get(path)).status_code for path in paths] == [404] * 3
    assert (await visitor.delete("/contact/write")).status_code == 405


# The organizer's side


@pytest.mark.parametrize("end", ["", "/{id}"])
async def test_the_pages_are_for_organizers_of_the_whole_organization(chapter, visitor, cast, end):
    await write(visitor, chapter)
    path = OFFICE + end.format(id=(await ContactMessage.get()).id)
    assert (await visitor.get(path)).headers["location"].startswith("/sign-in?next=")
    found = {name: (await (await cast.browser(name)).get(path)).status_code for name in ("dov", "cleo", "bo", "gus")}
    assert found == {"dov": 404, "cleo": 403, "bo": 403, "gus": 200}


@pytest.mark.parametrize("end", ["opening", "passing", "removal"])
async def test_nobody_else_opens_passes_on_or_drops(chapter, visitor, cast, end):
    await write(visitor, chapter)
    path = f"{OFFICE}/{(await ContactMessage.get()).id}/{end}"
    assert [(await visitor.post(path)).status_code, *[(await (await cast.browser(name)).post(path)).status_code for name in ("dov", "bo")]] == [401, 404, 403]
    assert ((await ContactMessage.get()).state, await AuditEntry.filter(what__startswith="editions.message_").count()) == (MessageState.WAITING, 1)
    gus = await cast.browser("gus")
    assert [(await gus.post(f"{OFFICE}/00000000-0000-4000-8000-000000000000/{end}")).status_code, (await gus.get(path)).status_code] == [404, 405]


async def test_nothing_is_shown_before_it_is_opened_and_opening_is_written_down(chapter, visitor, cast):
    await write(visitor, chapter)
    kept, gus = await ContactMessage.get(), await cast.browser("gus")
    closed = (await gus.get(OFFICE)).text + (await gus.get(f"{OFFICE}/{kept.id}")).text + (await gus.get("/office/")).text
    assert not any(word in closed.lower() for word in CANARIES) and "1 message waits to be read" in closed and "Pass it on" not in closed
    opened = (await gus.post(f"{OFFICE}/{kept.id}/opening")).text
    assert all(word in opened.lower() for word in CANARIES) and "la@example.org" in opened and "Pass it on" in opened
    entry = await AuditEntry.get(what="editions.message_opened")
    assert (entry.row, entry.actor, entry.facts) == (kept.id, (await cast.person("gus")).id, {})


async def test_passed_on_it_goes_to_the_chapter_as_it_was_typed(chapter, visitor, cast):
    typed = "# Not a heading\n[no link](https://evil.example/) <b>no tag</b>\n\n    * no list\n" + WORDS
    await write(visitor, chapter, words=typed)
    kept, gus = await ContactMessage.get(), await cast.browser("gus")
    assert (await gus.post(f"{OFFICE}/{kept.id}/passing")).headers["location"] == OFFICE
    row = await Letter.get(name="editions.message")
    text = await letter_text(row)
    assert text.startswith("To: la@example.org\nSubject: A message was passed on to you\n")
    assert [line in text for line in ("    # Not a heading", f"    {WORDS}", f"    {MAIL}", f"    {NAME}")] == [True] * 4
    from conference.core import mail

    html = (await mail.compose(row)).get_body(("html",)).get_content()
    assert "<a " not in html.split("Their name")[0].split("Los Angeles")[1] and "<b>" not in html and "&lt;b&gt;no tag" in html and "<h1" not in html
    assert row.ids == {"message_id": str(kept.id)}
    page = (await gus.get(f"{OFFICE}?state=passed")).text
    assert f"{OFFICE}/{kept.id}" in page and f"{OFFICE}/{kept.id}" not in (await gus.get(OFFICE)).text


async def test_to_the_network_it_goes_to_the_network(chapter, visitor, cast):
    await write(visitor, None, reach="", name="")
    gus = await cast.browser("gus")
    await gus.post(f"{OFFICE}/{(await ContactMessage.get()).id}/passing")
    text = await letter_text(await Letter.get(name="editions.message"))
    assert text.startswith("To: hello@example.org\n") and "They left no way to answer them." in text and "Their name" not in text


async def test_dropped_its_words_are_gone_and_nobody_is_sent_anything(chapter, visitor, cast):
    await write(visitor, chapter)
    kept, gus = await ContactMessage.get(), await cast.browser("gus")
    assert (await gus.post(f"{OFFICE}/{kept.id}/removal")).status_code == 303
    now = await ContactMessage.get()
    assert (now.state, now.words, now.name, now.reach, now.reach_blind, now.by) == (MessageState.DROPPED, None, None, None, None, (await cast.person("gus")).id)
    assert await Letter.filter(name="editions.message").count() == 0
    assert "Its words are deleted." in (await gus.get(f"{OFFICE}/{kept.id}")).text


async def test_of_two_organizers_only_the_first_decides(chapter, visitor, cast):
    await write(visitor, chapter)
    kept, gus = await ContactMessage.get(), await cast.person("gus")
    answers = await asyncio.gather(*(end(kept, by=gus.id) for end in (actions.pass_on, actions.drop_message, actions.pass_on, actions.drop_message)), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["DoneAlready"] * 3 + ["NoneType"]
    assert await Letter.filter(name="editions.message").count() == ((await ContactMessage.get()).state is MessageState.PASSED)
    late = await (await cast.browser("gus")).post(f"{OFFICE}/{kept.id}/passing")
    assert (late.status_code, "Somebody has passed this message on or dropped it meanwhile." in late.text) == (422, True)


async def test_a_chapter_without_an_address_is_given_one_first(chapter, visitor, cast):
    await write(visitor, chapter)
    await actions.change_chapter(chapter, mail="")
    answer = await (await cast.browser("gus")).post(f"{OFFICE}/{(await ContactMessage.get()).id}/passing")
    assert (answer.status_code, "There is no mail address to pass this on to." in answer.text) == (422, True)
    assert (await ContactMessage.get()).state is MessageState.WAITING


async def test_what_was_for_a_chapter_that_is_gone_goes_to_the_network(chapter, visitor, cast):
    await write(visitor, chapter)
    await actions.remove_chapter(chapter)
    kept = await queries.message((await ContactMessage.get()).id)
    assert (kept.chapter, await queries.address_for(kept)) == (None, "hello@example.org")


async def test_the_list_costs_the_same_for_one_and_for_thirty_and_has_pages(chapter, cast, fixed_clock):
    gus, counts = await cast.browser("gus"), []
    for more in (1, 54):
        for number in range(more):
            fixed_clock.on(seconds=number % 2)
            await actions.write_message(chapter, words="Hello", language="en", once=f"{more}-{number}")
        await gus.get(OFFICE)
        with counting() as said:
            first = (await gus.get(OFFICE)).text
        counts.append(len([one for one in said if 'FROM "version"' not in one]))
    assert counts == [3, 3]
    second = (await gus.get(first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&"))).text
    codes = re.findall(rf'<th scope="row"><a href="{OFFICE}/([^"]+)">', first + second)
    assert (len(codes), len(set(codes)), 'rel="next"' in second) == (55, 55, False)
    assert (await gus.get(f"{OFFICE}?state=bogus&after=nonsense")).status_code == 200


# What stays, and for how long


async def test_after_thirty_days_it_is_gone(chapter, visitor, fixed_clock):
    await write(visitor, chapter)
    fixed_clock.on(days=29, hours=23)
    await actions.forget_messages()
    assert await ContactMessage.all().count() == 1
    fixed_clock.on(hours=2)
    await actions.forget_messages()
    assert await ContactMessage.all().count() == 0


async def test_a_letter_that_goes_out_late_has_nothing_left_to_say(chapter, visitor, cast, fixed_clock):
    from conference.core import mail

    await write(visitor, chapter)
    await actions.pass_on(await ContactMessage.get(), by=(await cast.person("gus")).id)
    await ContactMessage.all().delete()
    assert [await mail.compose(row) for row in await Letter.all().order_by("name")] == [None, None]


async def test_its_writer_is_told_of_it_and_can_have_it_erased(chapter, visitor, cast):
    await write(visitor, chapter)
    await write(visitor, chapter, words="Not theirs", reach="somebody@example.org")
    await actions.open_message(await ContactMessage.filter(reach_blind__not_isnull=True).order_by("made", "id").first(), by=(await cast.person("gus")).id)
    told = await privacy.about(Subject(email=MAIL.upper()))
    assert [(one.title, dict(one.facts)["Your message"], one.until.isoformat(), one.stays) for one in told] == [("A message you wrote to us on May 1, 2027", WORDS, "2027-05-31", "")]
    assert (await privacy.about(Subject()), await privacy.forget(Subject())) == ([], 0)
    assert (await privacy.forget(Subject(email=MAIL)), await privacy.about(Subject(email=MAIL)), await ContactMessage.all().count()) == (1, [], 1)


async def test_nothing_personal_in_the_raw_database_logs_and_addresses(chapter, visitor, cast, settings, capfd, caplog):
    asked = [(await write(visitor, chapter)).headers["location"]]
    gus = await cast.browser("gus")
    kept = await ContactMessage.get()
    await gus.post(f"{OFFICE}/{kept.id}/opening")
    asked.append((await gus.post(f"{OFFICE}/{kept.id}/passing")).headers["location"])
    await jobs.run_due()
    logged = told(capfd, caplog)
    raw = (await everything(settings)).lower()
    assert str(kept.id).encode() in raw and "/contact/{chapter:uuid}" in logged
    assert [word for word in CANARIES if word in logged.lower() or word.encode() in raw or word in "".join(asked)] == []
