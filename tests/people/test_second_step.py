"""The second step: who needs it, how it is set up, shown, lost and taken away."""

import asyncio
import re

import pytest

from conference.core import audit, jobs, sealing
from conference.core.mail import Letter
from conference.people import actions, queries
from conference.people.access import FRESH
from conference.people.models import Factor, RecoveryCode, SignIn
from tests.cast import letter_text, sign_in
from tests.hostile import TEXTS, URLENCODED, form_body
from tests.people.conftest import app_of, https_browser, person, with_an_app

SECOND, PROOF = "/sign-in/second", "/sign-in/proof"
DUTIES = "/office/2027/editions/duties"


async def test_the_demo_goes_without(cast):
    assert (await (await cast.browser("bo")).get("/office/")).status_code == 200


@pytest.mark.parametrize("path", ["/office/", "/office/2027/", "/office/2027/editions/pages", DUTIES])
async def test_nobody_with_a_duty_opens_the_office_with_a_letter_alone(staff, path):
    bo = await staff.browser("bo")
    answer = await bo.get(f"{path}?a=b")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PROOF}?next={path.replace('/', '%2F')}%3Fa%3Db")
    to = await bo.get(answer.headers["location"])
    assert to.headers["location"] == f"{SECOND}?next={path.replace('/', '%2F')}%3Fa%3Db"
    assert (await bo.get(to.headers["location"])).status_code == 200


async def test_who_has_no_duty_is_not_asked(staff):
    await staff.edition()
    dov = await staff.browser("dov")
    assert [(await dov.get(path)).status_code for path in ("/my", "/office/", DUTIES)] == [200, 404, 404]


async def test_the_wrong_duty_is_told_so_before_a_proof(staff):
    await staff.edition()
    assert (await (await staff.browser("eve")).get(DUTIES)).status_code == 403


async def test_signed_out_people_are_asked_in_first(staff, real):
    await staff.edition()
    async with https_browser(real) as visitor:
        found = {path: (await visitor.get(path)).headers["location"] for path in (SECOND, PROOF, f"{PROOF}/code")}
        assert found == {path: f"/sign-in?next={path.replace('/', '%2F')}" for path in found}


async def test_an_app_is_set_up_and_brings_recovery_codes(staff):
    bo = await staff.browser("bo")
    begun = await bo.post(f"{SECOND}/app?next=/office/")
    page = (await bo.get(begun.headers["location"])).text
    app = await app_of("bo")
    assert app.secret in page.replace(" ", "") and "otpauth://totp/conference.test:bo%40example.org?" in page and page.count("<svg") >= 1
    wrong = await bo.post(begun.headers["location"], data={"number": "000000"})
    assert wrong.status_code == 422 and "This number does not fit" in wrong.text and app.secret in wrong.text.replace(" ", "")
    assert (await bo.get("/office/")).status_code == 303
    done = await bo.post(begun.headers["location"], data={"number": app.at(staff.app.context.clock())})
    codes = re.findall(r"<code>([\w-]+)</code>", done.text)
    assert (done.status_code, len(set(codes)), done.headers["cache-control"]) == (200, 10, "no-store")
    assert 'href="/office/"' in done.text and (await bo.get("/office/")).status_code == 200
    assert [row.digest in codes for row in await RecoveryCode.all()] == [False] * 10
    noted = {entry.what: entry.facts for entry in await audit.history((await person("bo")).id) if entry.what.startswith("people.")}
    assert noted == {"people.signed_in": {}, "people.proof_failed": {"how": "app"}, "people.proved": {"how": "app"}, "people.factor_added": {"kind": "app"}}


async def test_setting_up_twice_at_once_goes_on_with_the_same(staff):
    bo = await staff.browser("bo")
    first, second = [(await bo.post(f"{SECOND}/app")).headers["location"] for _time in range(2)]
    assert first == second and await Factor.all().count() == 1


async def test_a_factor_that_is_set_up_cannot_be_looked_at_again(staff):
    bo = await with_an_app(staff, "bo")
    factor = await Factor.get()
    assert (await bo.get(f"{SECOND}/app/{factor.id}")).status_code == 404


async def test_a_new_browser_shows_the_second_step_and_is_brought_back(staff, real, fixed_clock):
    await with_an_app(staff, "bo")
    async with https_browser(real) as other:
        await sign_in(other, "bo@example.org")
        asked = await other.get("/office/2027/")
        assert asked.headers["location"] == f"{PROOF}?next=%2Foffice%2F2027%2F"
        fixed_clock.on(seconds=30)
        app = await app_of("bo")
        answer = await other.post(asked.headers["location"], data={"number": f" {app.at(fixed_clock())[:3]} {app.at(fixed_clock())[3:]} "})
        assert (answer.status_code, answer.headers["location"]) == (303, "/office/2027/")
        assert (await other.get("/office/2027/")).status_code == 200


async def test_a_number_works_once(staff, fixed_clock):
    bo = await with_an_app(staff, "bo")
    app = await app_of("bo")
    again = await bo.post(PROOF, data={"number": app.at(fixed_clock())})
    assert again.status_code == 422 and "was used already" in again.text
    fixed_clock.on(seconds=30)
    assert [(await bo.post(PROOF, data={"number": app.at(fixed_clock())})).status_code for _time in range(2)] == [303, 422]
    before = app.at(fixed_clock.at.timestamp() - 30)
    assert (await bo.post(PROOF, data={"number": before})).status_code == 422  # a step that is past the used one does not come back


async def test_a_number_sent_many_times_at_once_works_once(staff, fixed_clock):
    await with_an_app(staff, "bo")
    fixed_clock.on(seconds=30)
    number, known = (await app_of("bo")).at(fixed_clock()), await SignIn.all().first()
    done = await asyncio.gather(*(actions.prove_by_app(known, number) for _time in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["NoneType", "WrongNumber", "WrongNumber", "WrongNumber"]


async def test_five_wrong_numbers_slow_down_and_a_right_one_forgives(staff, fixed_clock):
    bo = await with_an_app(staff, "bo")
    app = await app_of("bo")
    for _round in range(2):
        assert [(await bo.post(PROOF, data={"number": "123456"})).status_code for _time in range(4)] == [422] * 4
        fixed_clock.on(seconds=60)
        assert (await bo.post(PROOF, data={"number": app.at(fixed_clock())})).status_code == 303
    tried = [await bo.post(PROOF, data={"number": "123456"}) for _time in range(7)]
    assert [answer.status_code for answer in tried] == [422] * 5 + [429] * 2
    fixed_clock.on(seconds=30)
    assert (await bo.post(PROOF, data={"number": app.at(fixed_clock())})).status_code == 429
    assert (await bo.post(f"{PROOF}/code", data={"code": "4KXR-9M2P-LY"})).status_code == 429


async def test_many_wrong_numbers_at_once_are_not_more_than_five(staff):
    await with_an_app(staff, "bo")
    known = await SignIn.all().first()
    done = await asyncio.gather(*(actions.prove_by_app(known, "123456") for _time in range(20)), return_exceptions=True)
    assert sorted({type(one).__name__ for one in done}) == ["TooMany", "WrongNumber"]
    assert sum(type(one).__name__ == "WrongNumber" for one in done) == 5


async def test_another_persons_number_proves_nothing(staff, fixed_clock):
    await with_an_app(staff, "gus")
    bo = await with_an_app(staff, "bo")
    fixed_clock.on(seconds=30)
    assert (await bo.post(PROOF, data={"number": (await app_of("gus")).at(fixed_clock())})).status_code == 422


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "x" * 300, "１２３４５６", "-12345", "<b>1</b>"])
async def test_what_is_no_number_is_explained(staff, typed):
    bo = await with_an_app(staff, "bo")
    assert (await bo.post(PROOF, data={"number": typed})).status_code == 422


@pytest.mark.parametrize("name", TEXTS)
async def test_odd_words_prove_nothing(staff, name):
    bo = await with_an_app(staff, "bo")
    for path, field in ((PROOF, "number"), (f"{PROOF}/code", "code"), (f"{PROOF}/passkey", "answer"), (f"{SECOND}/passkey", "answer")):
        answer = await bo.post(path, content=form_body({}, **{field: TEXTS[name][0]}), headers=URLENCODED)
        assert answer.status_code in (400, 422), path


async def test_a_recovery_code_works_once_and_for_its_person(staff, real):
    bo = await with_an_app(staff, "bo")
    codes = await actions.make_codes(await person("bo"))
    gus = await with_an_app(staff, "gus")
    assert (await gus.post(f"{PROOF}/code", data={"code": codes[0]})).status_code == 422
    async with https_browser(real) as other:
        await sign_in(other, "bo@example.org")
        answers = [await other.post(f"{PROOF}/code?next=/office/", data={"code": typed}) for typed in (codes[0].lower().replace("-", " "), codes[0], codes[1])]
        assert [answer.status_code for answer in answers] == [303, 422, 303]
        assert answers[0].headers["location"] == "/office/" and (await other.get("/office/")).status_code == 200
    assert "8 codes are left" in (await bo.get(SECOND)).text


async def test_new_codes_take_the_place_of_the_old(staff):
    bo = await with_an_app(staff, "bo")
    old = await actions.make_codes(await person("bo"))
    page = await bo.post(f"{SECOND}/codes")
    assert len(re.findall(r"<code>([\w-]+)</code>", page.text)) == 10
    assert (await bo.post(f"{PROOF}/code", data={"code": old[0]})).status_code == 422


async def test_back_leads_only_to_our_own_pages(staff, fixed_clock):
    bo = await with_an_app(staff, "bo")
    app = await app_of("bo")
    found = []
    for there in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        fixed_clock.on(seconds=60)
        answer = await bo.post(PROOF, params={"next": there}, data={"number": app.at(fixed_clock())})
        found.append(answer.headers["location"])
    assert found == ["/my"] * 4


# What takes a fresh proof


async def test_what_does_harm_takes_a_fresh_proof(staff, fixed_clock):
    bo = await with_an_app(staff, "bo")
    assert (await bo.get(DUTIES)).status_code == 200
    fixed_clock.on(seconds=FRESH.total_seconds() + 1)
    assert (await bo.get("/office/2027/")).status_code == 200
    assert (await bo.get(DUTIES)).headers["location"] == f"{PROOF}?next={DUTIES.replace('/', '%2F')}"
    cleo = await with_an_app(staff, "cleo")
    fixed_clock.on(seconds=FRESH.total_seconds() + 1)
    none = "00000000-0000-4000-8000-000000000000"
    fresh = {
        bo: ["/office/2027/registration/export", f"/office/2027/registration/export/{none}", f"{DUTIES}/{none}/end"],
        cleo: [f"/office/2027/payments/{none}/refund", "/office/2027/payments/ledger.csv"],
    }
    for browser, paths in fresh.items():
        assert {path: (await browser.get(path)).headers.get("location", "").partition("?")[0] for path in paths} == {path: PROOF for path in paths}
    posted = await bo.post("/office/2027/registration/orders/ABC234/reveal/email")
    assert posted.status_code == 401


async def test_an_ended_proof_keeps_the_typed_words(staff, fixed_clock):
    bo = await with_an_app(staff, "bo")
    fixed_clock.on(seconds=FRESH.total_seconds() + 1)
    answer = await bo.post(DUTIES, data={"email": "mar@example.org", "duty": "editor"})
    assert (answer.status_code, answer.headers["cache-control"]) == (401, "no-store")
    assert '<input type="hidden" name="email" value="mar@example.org">' in answer.text and f'action="{DUTIES}"' in answer.text
    assert f'href="{PROOF}?next={DUTIES.replace("/", "%2F")}"' in answer.text and "Please show that it is you" in answer.text
    fixed_clock.on(seconds=30)
    await bo.post(PROOF, data={"number": (await app_of("bo")).at(fixed_clock())})
    assert (await bo.post(DUTIES, data={"email": "mar@example.org", "duty": "editor"})).status_code == 303


async def test_what_one_has_is_changed_with_a_fresh_proof_alone(staff, real, fixed_clock):
    await with_an_app(staff, "bo")
    factor = await Factor.get()
    async with https_browser(real) as other:
        await sign_in(other, "bo@example.org")
        paths = [f"{SECOND}/app", f"{SECOND}/codes", f"{SECOND}/passkey", f"{SECOND}/passkey/options", f"{SECOND}/factors/{factor.id}/removal"]
        assert [(await other.post(path)).status_code for path in paths] == [401] * 5
        assert await Factor.all().count() == 1


async def test_another_persons_factor_is_not_there(staff):
    await with_an_app(staff, "bo")
    factor = await Factor.get()
    gus = await with_an_app(staff, "gus")
    assert (await gus.post(f"{SECOND}/factors/{factor.id}/removal")).status_code == 404
    assert (await gus.get(f"{SECOND}/app/{factor.id}")).status_code == 404


async def test_taking_the_last_away_asks_for_a_new_one(staff):
    bo = await with_an_app(staff, "bo")
    factor = await Factor.get()
    assert [(await bo.post(f"{SECOND}/factors/{factor.id}/removal")).status_code for _time in range(2)] == [303, 404]
    assert (await Factor.all().count(), await RecoveryCode.all().count()) == (0, 0)
    assert "How do you want to do it?" in (await bo.get(SECOND)).text


# Letters, and a lost device


async def _told() -> list[str]:
    await jobs.run_due()
    found = [await letter_text(row) for row in await Letter.filter(name="people.second_step").order_by("made", "id")]
    return sorted(text.split("Hello,\n\n")[1].split("\n")[0] for text in found)


async def test_its_person_hears_of_every_change(staff):
    bo = await with_an_app(staff, "bo")
    await bo.post(f"{SECOND}/factors/{(await Factor.get()).id}/removal")
    assert await _told() == ["a second step of your signing in was taken away.", "a second step was added to your signing in: an app or a passkey."]


async def test_an_organizer_of_all_lets_somebody_begin_anew(staff):
    bo, gus = await with_an_app(staff, "bo"), await with_an_app(staff, "gus")
    here = f"/office/people/{(await person('bo')).id}/second-step"
    assert (await bo.get(here)).status_code == 403
    page = await gus.get("/office/people")
    assert f'href="{here}"' in page.text and "bo@example.org" in (await gus.get(here)).text
    assert [(await gus.post(here)).status_code for _time in range(2)] == [303, 404]
    assert [(await Factor.filter(person_id=(await person(name)).id).count(), await queries.codes_left((await person(name)).id)) for name in ("bo", "gus")] == [(0, 0), (1, 10)]
    assert (await bo.get("/my")).headers["location"].startswith("/sign-in")
    assert any("an organizer took your second step of signing in away" in told for told in await _told())
    [entry] = [entry for entry in await audit.history((await person("bo")).id) if entry.what == "people.factors_reset"]
    assert (entry.actor, entry.facts) == ((await person("gus")).id, {})


async def test_who_has_none_cannot_lose_it(staff):
    gus = await with_an_app(staff, "gus")
    await staff.person("bo")
    assert (await gus.post(f"/office/people/{(await person('bo')).id}/second-step")).status_code == 404
    with pytest.raises(actions.NoSecondStep):
        await actions.reset_factors(await person("bo"), by=await person("gus"))


async def test_nobody_has_more_than_anybody_needs(staff, monkeypatch):
    from conference.people.actions import second

    monkeypatch.setattr(second, "MOST_FACTORS", 1)
    bo = await with_an_app(staff, "bo")
    answer = await bo.post(f"{SECOND}/app")
    assert answer.status_code == 422 and "That is more than anybody needs" in answer.text


async def test_the_secret_stands_nowhere_in_clear(staff, settings, capsys):
    await with_an_app(staff, "bo")
    secret = sealing.open_one(await Factor.get(), "secret").secret
    rows = [str(dict(row)) for model in (Factor, RecoveryCode, SignIn) for row in await model.all().values()]
    assert secret not in "".join(rows) and secret not in capsys.readouterr().out
    assert [entry.facts for entry in await audit.AuditEntry.filter(what__startswith="people.")] != []
    assert secret not in "".join(str(entry.facts) for entry in await audit.AuditEntry.all())
