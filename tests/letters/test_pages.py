"""The pages of letters: writing, looking, sending, stopping; who may; what cannot be used; what must not leak."""

from uuid import uuid4

import pytest

from conference.core import sealing
from conference.core.db import rows
from conference.core.holdings import Subject
from conference.core.mail import Letter
from conference.editions.models import Duties
from conference.editions.actions import give_duty
from conference.letters import actions, privacy
from conference.letters.models import Mailing, MailingState
from conference.letters.segments import Segment
from conference.people.actions import person_for
from tests.cast import Cast
from tests.hostile import TEXTS, URLENCODED, as_shown, form_body
from tests.letters.conftest import SENT, let_it_go
from tests.queries import counting

HERE = "/office/2027/letters"
NONE = "00000000-0000-4000-8000-000000000000"
POSTS = ("start", "stop", "pause", "going-on")


async def _registrar(cast: Cast):
    await give_duty(await person_for("rita@example.org", "en"), await cast.edition(), Duties.REGISTRAR)
    return await cast.browser("rita")


@pytest.mark.parametrize("path", [HERE, f"{HERE}/new"])
async def test_they_are_for_registrars_and_organizers(desk, cast, visitor, path):
    await _registrar(cast)
    found = {name: (await (await cast.browser(name)).get(path)).status_code for name in ("rita", "bo", "gus", "cleo", "fay", "dov")}
    assert found == {"rita": 200, "bo": 200, "gus": 200, "cleo": 403, "fay": 403, "dov": 404}
    assert (await visitor.get(f"{path}?order=X")).headers["location"] == f"/sign-in?next={path.replace('/', '%2F')}%3Forder%3DX"


async def test_all_letters_are_for_organizers_of_all(desk, cast):
    await desk.write()
    found = {name: (await (await cast.browser(name)).get("/office/letters")).status_code for name in ("gus", "bo", "dov")}
    assert found == {"gus": 200, "bo": 403, "dov": 404}
    page = (await (await cast.browser("gus")).get("/office/letters")).text
    assert "About the rooms" in page and f'href="{HERE}/new"' in page


async def test_one_letter_is_for_its_edition(desk, cast, visitor):
    mailing = await desk.write()
    await cast.edition("2028")
    gus, paths = await cast.browser("gus"), [f"{HERE}/{mailing.id}", f"{HERE}/{mailing.id}/words", f"{HERE}/{mailing.id}/preview/es"]
    assert [(await gus.get(path)).status_code for path in paths] == [200] * 3
    assert [(await gus.get(path.replace("2027", "2028"))).status_code for path in paths] == [404] * 3
    assert [(await gus.get(path.replace(str(mailing.id), NONE))).status_code for path in paths] == [404] * 3
    assert [(await gus.get(path.replace(str(mailing.id), "no-id"))).status_code for path in paths] == [404] * 3
    assert [(await gus.get(f"{HERE}/{mailing.id}/{verb}")).status_code for verb in POSTS] == [405] * 4
    assert [(await gus.post(f"{HERE}/{NONE}/{verb}")).status_code for verb in POSTS] == [404] * 4
    assert [(await (await cast.browser("fay")).post(f"{HERE}/{mailing.id}/{verb}")).status_code for verb in POSTS] == [403] * 4
    assert (await visitor.post(f"{HERE}/{mailing.id}/start")).status_code == 401
    assert (await gus.get(f"{HERE}/{mailing.id}/preview/fr")).status_code == 404


async def test_a_letter_is_written_looked_at_and_sent(desk, cast, fixed_clock):
    bo = await cast.browser("bo")
    written = await bo.post(f"{HERE}/new", data=SENT | {"who": "confirmed"})
    mailing = await Mailing.get()
    assert (written.status_code, written.headers["location"]) == (303, f"{HERE}/{mailing.id}")
    page = (await bo.get(written.headers["location"])).text
    facts = page.split('<dl class="facts">')[1].split("</dl>")[0]
    assert [facts.split(f"<dt>{term}</dt>")[1].split("<dd>")[1].split("</dd>")[0] for term in ("Goes to", "English", "Español", "Cannot be reached by mail")] == ["4 people", "3", "1", "1"]
    assert "the rooms are open at **nine**" in page and "Los salones abren" in page and "K4RW7P" in page and "example.org" in page
    assert all(order.code not in page for order in desk.orders.values())
    started = await bo.post(f"{HERE}/{mailing.id}/start", data={"revision": "1"})
    assert started.status_code == 303 and "Nothing has left yet" in (await bo.get(f"{HERE}/{mailing.id}")).text
    await let_it_go(fixed_clock)
    page = (await bo.get(f"{HERE}/{mailing.id}")).text
    assert "4 of 4" in page and '<progress value="4" max="4">' in page and "Stop it" not in page


async def test_sent_twice_it_starts_once(desk, cast):
    bo, mailing = await cast.browser("bo"), await desk.write()
    answers = [await bo.post(f"{HERE}/{mailing.id}/start", data={"revision": "1"}) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [303, 422] and "it is on its way already" in answers[1].text


async def test_a_letter_is_stopped_changed_paused_and_gone_on_with(desk, cast, fixed_clock):
    bo, mailing = await cast.browser("bo"), await desk.write()
    here = f"{HERE}/{mailing.id}"

    async def press(verb: str, **data: str) -> MailingState:
        assert (await bo.post(f"{here}/{verb}", data=data)).headers["location"] == here
        return (await Mailing.get(id=mailing.id)).state

    assert await press("start", revision="1") is MailingState.WAITING
    assert (await bo.get(f"{here}/words")).headers["location"] == here
    assert await press("stop") is MailingState.DRAFT
    assert (await bo.post(f"{here}/words", data=SENT | {"who": "confirmed", "language": "es", "revision": "1"})).headers["location"] == here
    assert await press("start", revision="2") is MailingState.WAITING
    fixed_clock.on(minutes=15)
    await actions.begin(mailing.id)
    assert [await press("pause"), await press("going-on"), await press("stop")] == [MailingState.PAUSED, MailingState.SENDING, MailingState.STOPPED]
    assert [(await bo.post(f"{here}/{verb}")).status_code for verb in POSTS] == [422] * 4


async def test_the_form_of_a_draft_shows_what_was_written(desk, cast):
    bo = await cast.browser("bo")
    mailing = await desk.write(Segment(who="checks", ticket="sliding", language="en", interpretation="no"), words={"en": {"subject": "One", "body": "Two & three"}})
    page = (await bo.get(f"{HERE}/{mailing.id}/words")).text
    assert 'value="One"' in page and "Two &amp; three</textarea>" in page and page.count("checked") == 1 and page.count("<option selected") == 3
    one = await desk.write(code=desk.orders["Bea"].code)
    assert f'value="{desk.orders["Bea"].code}"' in (await bo.get(f"{HERE}/{one.id}/words")).text


async def test_a_change_that_crosses_another_keeps_both_words(desk, cast):
    bo, mailing = await cast.browser("bo"), await desk.write()
    await actions.change(mailing, desk.edition, segment=Segment(), code=None, words={"en": {"subject": "A", "body": "A"}, "es": {"subject": "A", "body": "A"}}, revision=1, by=desk.bo)
    answer = await bo.post(f"{HERE}/{mailing.id}/words", data=SENT | {"who": "confirmed", "revision": "1"})
    assert answer.status_code == 422 and "Somebody changed this letter meanwhile" in answer.text and "About the rooms" in answer.text


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"who": ""}, "Please choose one of these."),
        ({"who": "everybody"}, "Please choose one of these."),
        ({"ticket": "gold"}, "Please choose one of these."),
        ({"language": "fr"}, "Please choose one of these."),
        ({"interpretation": "maybe"}, "Please choose one of these."),
        ({"who": "one"}, "Please write the reference"),
        ({"who": "one", "order": "NOBODY"}, "No registration of this conference has this reference."),
        ({"who": "one", "order": "x" * 40}, "at most 16 characters"),
        ({"subject_es": ""}, "Subject and letter are needed in each language"),
        ({"body_en": " \n "}, "Subject and letter are needed in each language"),
        ({"language": "es", "body_es": ""}, "Subject and letter are needed in each language"),
        ({"subject_en": "x" * 121}, "at most 120 characters"),
        ({"body_es": "x" * 10_001}, "at most 10000 characters"),
    ],
)
async def test_what_cannot_be_used_is_explained_and_kept(desk, cast, sent, told):
    bo = await cast.browser("bo")
    answer = await bo.post(f"{HERE}/new", data=SENT | {"who": "confirmed"} | sent)
    assert answer.status_code == 422 and told in answer.text and await Mailing.all().count() == 0
    assert "the rooms are open" in answer.text or "body_en" in sent


async def test_only_one_language_is_needed_where_all_read_it(desk, cast):
    bo = await cast.browser("bo")
    only = {name: text for name, text in SENT.items() if name.endswith("_es")}
    assert (await bo.post(f"{HERE}/new", data=only | {"who": "confirmed", "language": "es"})).status_code == 303
    assert (await bo.post(f"{HERE}/new", data=only | {"who": "one", "order": desk.orders["Bea"].code.lower()})).status_code == 303
    assert (await bo.post(f"{HERE}/new", data=only | {"who": "one", "order": desk.orders["Ana"].code})).status_code == 422


async def test_who_left_no_address_cannot_be_written_to(desk, cast):
    bo = await cast.browser("bo")
    answer = await bo.post(f"{HERE}/new", data=SENT | {"who": "one", "order": desk.orders["Dee"].code})
    assert answer.status_code == 422 and "This person left no e-mail address." in answer.text
    pages = {name: (await bo.get(f"/office/2027/registration/orders/{desk.orders[name].code}")).text for name in ("Ana", "Dee")}
    assert {name: f'href="{HERE}/new?order={desk.orders[name].code}"' in page for name, page in pages.items()} == {"Ana": True, "Dee": False}
    assert f'value="{desk.orders["Ana"].code}"' in (await bo.get(f"{HERE}/new?order={desk.orders['Ana'].code}")).text


async def test_a_reference_of_another_conference_is_nobodys(desk, cast):
    other = await cast.edition("2028")
    bo = await cast.browser("bo")
    desk.orders["Ana"].edition_id = other.id
    await desk.orders["Ana"].save(update_fields=["edition_id"])
    answer = await bo.post(f"{HERE}/new", data=SENT | {"who": "one", "order": desk.orders["Ana"].code})
    assert answer.status_code == 422 and "No registration of this conference has this reference." in answer.text


@pytest.mark.parametrize("name", TEXTS)
async def test_odd_words_are_kept_as_text(desk, cast, name):
    bo = await cast.browser("bo")
    raw, kept = TEXTS[name]
    answer = await bo.post(f"{HERE}/new", content=form_body(SENT | {"who": "confirmed"}, subject_en=raw, body_en=raw), headers=URLENCODED)
    if kept is None:
        assert answer.status_code in (303, 400)
        return
    page = await bo.get(answer.headers["location"])
    assert as_shown(kept) in page.text and "<script>alert" not in page.text
    html = await bo.get(f"{answer.headers['location']}/preview/en")
    assert "<script>alert" not in html.text and html.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


async def test_a_subject_is_one_line(desk, cast):
    bo = await cast.browser("bo")
    answer = await bo.post(f"{HERE}/new", data=SENT | {"who": "confirmed", "subject_en": "Hello\r\nBcc: all@example.org"})
    page = (await bo.get(answer.headers["location"])).text
    assert "Hello Bcc: all@example.org" in page


async def test_a_form_of_another_site_sends_nothing(desk, cast):
    bo, mailing = await cast.browser("bo"), await desk.write()
    answer = await bo.post(f"{HERE}/{mailing.id}/start", data={"revision": "1"}, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, (await Mailing.get()).state) == (403, MailingState.DRAFT)


async def test_a_page_without_letters_says_how_to_begin(cast):
    await cast.edition()
    page = (await (await cast.browser("bo")).get(HERE)).text
    assert "No letter yet" in page and f'href="{HERE}/new"' in page


async def test_the_list_costs_the_same_for_one_letter_and_for_thirty(desk, cast):
    bo, asked = await cast.browser("bo"), []
    for number in range(30):
        await desk.write()
        if number in (0, 29):
            await bo.get(HERE)
            with counting() as statements:
                await bo.get(HERE)
            asked.append(len(statements))
    assert asked == [3, 3]


async def test_words_stand_nowhere_in_clear(desk, cast, fixed_clock, capsys):
    """What organizers write is for its readers alone."""
    mark = f"canary{uuid4().hex}"
    words = {code: {"subject": f"{mark} {code}", "body": f"Hello {mark}"} for code in ("en", "es")}
    mailing = await desk.write(words=words)
    await actions.start(mailing, revision=1, by=desk.bo)
    await let_it_go(fixed_clock)
    kept = [str(await rows(f"SELECT * FROM {table}", [])) for table in ("mailing", "letter", "job", "audit_entry")]
    assert [mark in text for text in kept] == [False] * 4 and str(mailing.id) in kept[0]
    assert mark not in capsys.readouterr().out and sealing.open_one(await Mailing.get(), "words").words.count(mark) == 4
    pages = [await (await cast.browser("bo")).get(path) for path in ("/office/outbox", "/office/2027/", "/office/2027/registration/orders")]
    assert [mark in page.text for page in pages] == [False] * 3


async def test_a_small_number_of_people_with_a_need_is_not_shown(desk, cast, fixed_clock):
    bo, mailing = await cast.browser("bo"), await desk.write(Segment(interpretation="yes"))
    pages = [(await bo.get(f"{HERE}/{mailing.id}")).text]
    await actions.start(mailing, revision=1, by=desk.bo)
    await let_it_go(fixed_clock)
    pages += [(await bo.get(f"{HERE}/{mailing.id}")).text, (await bo.get(HERE)).text]
    assert ["ewer than 10" in page for page in pages] == [True] * 3 and "All letters have gone out." in pages[1]
    assert [("2 people" in page, "2 of 2" in page, "<progress" in page) for page in pages] == [(False, False, False)] * 3


async def test_when_nothing_is_kept_any_more_nobody_can_be_written_to(desk, cast):
    await sealing.destroy(sealing.scope_of(await desk.write(), "words"))
    answer = await (await cast.browser("bo")).post(f"{HERE}/new", data=SENT | {"who": "confirmed"})
    assert answer.status_code == 422 and "Nobody can be written to any more." in answer.text and "the rooms are open" in answer.text


async def test_words_that_are_gone_say_so(desk, cast):
    mailing = await desk.write()
    await sealing.destroy(sealing.scope_of(mailing, "words"))
    bo = await cast.browser("bo")
    assert "words no longer kept" in (await bo.get(HERE)).text
    assert "Its words are no longer kept." in (await bo.get(f"{HERE}/{mailing.id}")).text


async def test_what_is_kept_of_letters_about_somebody_is_told_and_forgotten(desk, fixed_clock):
    from conference.core import links
    from conference.registration.queries import ORDER_LINK

    bea, ana = desk.orders["Bea"], desk.orders["Ana"]
    for code in (bea.code, None):
        await actions.start(await desk.write(code=code), revision=1, by=desk.bo)
    await let_it_go(fixed_clock)
    subject = Subject(tokens=[links.token(ORDER_LINK, bea.id, bea.version)])
    [holding] = await privacy.about(subject)
    assert holding.facts == [("Letters", "2 letters of the organizers went to your registration.")]
    assert await privacy.about(Subject(tokens=[links.token(ORDER_LINK, bea.id, bea.version + 1)])) == []
    assert await privacy.forget(subject) == 1
    assert (await privacy.about(subject), await Mailing.all().count()) == ([], 1)
    assert await Letter.filter(name="letters.to_one", key__endswith=str(ana.id)).count() == 1
