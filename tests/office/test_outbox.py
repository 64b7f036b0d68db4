"""Letters and jobs in the back office."""

from datetime import timedelta
from uuid import uuid4

import pytest
from pydantic import SecretStr

from conference.app import create_app, opened
from conference.core import audit, clock, jobs
from conference.core.db import transaction
from conference.core.jobs import Job, JobState
from conference.core.mail import Letter, LetterState, post
from conference.people.actions import ask_for_link
from tests.cast import Cast
from tests.conftest import new_browser
from tests.queries import counting

HERE = "/office/outbox"


async def a_letter() -> Letter:
    await ask_for_link("ada@example.org", "es")
    await jobs.run_due()
    return await Letter.filter(language="es").first()


async def a_dead_job(name: str = "people.forget_old") -> Job:
    job = Job(name=name, ids={}, state=JobState.DEAD, due=clock.now(), made=clock.now(), tries=10, trouble="TimeoutError")
    await job.save(force_create=True)
    return job


@pytest.mark.parametrize("path", [HERE, "/office/letters", f"{HERE}/letters/00000000-0000-4000-8000-000000000000"])
async def test_they_are_for_organizers_of_all_editions(cast, visitor, path):
    await cast.edition()
    found = {name: (await (await cast.browser(name)).get(path)).status_code for name in ("gus", "bo", "fay", "dov")}
    assert found == {"gus": 404 if "letters/" in path else 200, "bo": 403, "fay": 403, "dov": 404}
    assert (await visitor.get(path)).status_code == 303


async def test_a_letter_is_one_row_without_its_words(cast):
    gus = await cast.browser("gus")
    letter = await a_letter()
    page = (await gus.get(HERE)).text
    row = page.split(f'href="{HERE}/letters/{letter.id}"')[1].split("</tr>")[0]
    assert "people.sign_in" in row and "shown here only" in row and "ada@example.org" not in page


async def test_its_words_stand_at_its_own_address_and_the_reading_is_noted(cast):
    gus = await cast.browser("gus")
    letter = await a_letter()
    page = await gus.get(f"{HERE}/letters/{letter.id}")
    assert "ada@example.org" in page.text and "http://conference.test/sign-in/" in page.text and page.headers["cache-control"] == "no-store"
    [entry] = await audit.history(letter.id)
    assert (entry.what, entry.facts) == ("office.letter_read", {"letter": "people.sign_in"})


async def test_its_html_is_shut_in(cast):
    gus = await cast.browser("gus")
    letter = await a_letter()
    answer = await gus.get(f"{HERE}/letters/{letter.id}/html")
    assert answer.headers["content-security-policy"] == (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert answer.text.lower().startswith("<!doctype html>") and 'lang="es"' in answer.text


async def test_a_letter_with_nothing_to_say_any_more_says_so(cast):
    gus = await cast.browser("gus")
    async with transaction():
        await post("people.sign_in", key="gone", language="en", link_id=uuid4())
    await jobs.run_due()
    letter = await Letter.get(key="gone")
    assert letter.state is LetterState.DROPPED
    assert "There is nothing to say any more" in (await gus.get(f"{HERE}/letters/{letter.id}")).text
    assert (await gus.get(f"{HERE}/letters/{letter.id}/html")).status_code == 404


async def test_where_a_mail_server_sends_letters_nobody_else_reads_them(settings, fixed_clock):
    """Else an organizer could sign in as the treasurer."""
    made = create_app(settings, clock=fixed_clock)
    async with opened(made.context):
        cast = Cast(made, lambda: new_browser(made))
        gus = await cast.browser("gus")
        letter = await a_letter()
        made.context.settings = settings.model_copy(update={"smtp_url": SecretStr("smtp://mail.example.org")})
        page = await gus.get(f"{HERE}/letters/{letter.id}")
        assert "Its links are for its reader alone" in page.text and "/sign-in/" not in page.text
        assert (await gus.get(f"{HERE}/letters/{letter.id}/html")).status_code == 404
        await cast.leave()


@pytest.mark.parametrize("which", ["no-id", "00000000-0000-4000-8000-000000000000", "%00"])
async def test_what_is_not_there_is_no_page(cast, which):
    gus = await cast.browser("gus")
    assert [(await gus.get(f"{HERE}/letters/{which}")).status_code, (await gus.get(f"{HERE}/letters/{which}/html")).status_code] == [404, 404]


async def test_a_failed_job_is_tried_again_once(cast):
    gus = await cast.browser("gus")
    job = await a_dead_job()
    page = (await gus.get(HERE)).text
    assert "failed for good" in page and "TimeoutError" in page
    for _again in range(2):
        answer = await gus.post(f"{HERE}/jobs/{job.id}/again")
        assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    assert (await Job.get(id=job.id)).state is JobState.READY
    assert [entry.what for entry in await audit.history(job.id)] == ["office.job_run_again"]
    assert (await gus.get(f"{HERE}/jobs/{job.id}/again")).status_code == 405


async def test_older_letters_are_on_the_next_page_none_twice_none_lost(cast, fixed_clock):
    gus = await cast.browser("gus")
    await Letter.all().delete()
    for number in range(120):
        if number % 40 == 0:
            fixed_clock.at += timedelta(seconds=1)
        await Letter(name="people.sign_in", key=f"k{number}", ids={}, language="en", state=LetterState.SENT, made=clock.now()).save(force_create=True)
    seen, path = [], HERE
    while path:
        page = (await gus.get(path)).text
        seen += [part.split('"')[0] for part in page.split(f'href="{HERE}/letters/')[1:]]
        path = page.split('rel="next" href="')[1].split('"')[0] if 'rel="next"' in page else None
    assert (len(seen), len(set(seen))) == (120, 120)


@pytest.mark.parametrize("before", ["x", "2027-01-01", "00000000-0000-4000-8000-000000000000"])
async def test_a_wrong_place_to_begin_is_the_first_page(cast, before):
    gus = await cast.browser("gus")
    assert (await gus.get(f"{HERE}?before={before}")).text.count("people.sign_in") == 1


async def test_the_list_costs_the_same_for_one_row_and_for_thirty(cast):
    gus = await cast.browser("gus")
    asked = []
    for number in range(30):
        await a_dead_job()
        await Letter(name="people.sign_in", key=f"k{number}", ids={}, language="en", made=clock.now()).save(force_create=True)
        if number in (0, 29):
            await gus.get(HERE)
            with counting() as statements:
                await gus.get(HERE)
            asked.append(len(statements))
    assert asked == [5, 5]
