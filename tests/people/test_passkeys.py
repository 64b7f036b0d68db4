"""Passkeys: made, shown, and everything that is no proof."""

import json
from uuid import uuid4

import pytest

from conference.core import audit
from conference.people import passkeys
from conference.people.models import Factor, SignIn
from tests.cast import Browser, sign_in
from tests.people.authenticator import Device, decoded
from tests.people.conftest import https_browser, person, with_an_app
from tests.people.test_second_step import PROOF, SECOND

BASE = "https://conference.test"


async def asked(browser: Browser, path: str) -> dict:
    answer = await browser.post(f"{path}/passkey/options")
    assert (answer.status_code, answer.headers["content-type"], answer.headers["cache-control"]) == (200, "application/json", "no-store")
    return answer.json()


async def with_a_passkey(staff, name: str) -> tuple[Browser, Device]:
    browser, device = await staff.browser(name), Device()
    answer = await browser.post(f"{SECOND}/passkey", data={"answer": device.make(await asked(browser, SECOND))})
    assert answer.status_code == 200 and "Your recovery codes" in answer.text, answer.text
    return browser, device


async def test_a_passkey_is_made_and_opens_the_office(staff):
    bo, _device = await with_a_passkey(staff, "bo")
    assert (await bo.get("/office/")).status_code == 200
    assert "A passkey" in (await bo.get(SECOND)).text


async def test_its_options_name_the_site_and_who_asks(staff):
    bo, device = await with_a_passkey(staff, "bo")
    told = await asked(bo, SECOND)
    assert (told["rp"], told["user"]["name"], told["attestation"]) == ({"name": "conference.test", "id": "conference.test"}, "bo@example.org", "none")
    assert decoded(told["user"]["id"]) == (await person("bo")).id.bytes
    assert [decoded(one["id"]) for one in told["excludeCredentials"]] == [device.id]
    told = await asked(bo, PROOF)
    assert ([decoded(one["id"]) for one in told["allowCredentials"]], told["rpId"]) == ([device.id], "conference.test")


async def test_a_passkey_is_shown_in_a_new_browser(staff, real):
    _bo, device = await with_a_passkey(staff, "bo")
    async with https_browser(real) as other:
        await sign_in(other, "bo@example.org")
        page = (await other.get(f"{PROOF}?next=/office/")).text
        assert 'data-passkey="get"' in page and "js/passkey.js" in page and 'name="number"' not in page
        answer = await other.post(f"{PROOF}/passkey?next=/office/", data={"answer": device.show(await asked(other, PROOF))})
        assert (answer.status_code, answer.headers["location"]) == (303, "/office/")
        assert (await other.get("/office/")).status_code == 200
    assert (await Factor.get()).used == 1


async def test_an_answer_works_once(staff):
    bo, device = await with_a_passkey(staff, "bo")
    answer = device.show(await asked(bo, PROOF))
    assert [(await bo.post(f"{PROOF}/passkey", data={"answer": answer})).status_code for _time in range(2)] == [303, 422]


async def test_a_challenge_ends_and_belongs_to_its_browser(staff, real, fixed_clock):
    bo, device = await with_a_passkey(staff, "bo")
    late = device.show(await asked(bo, PROOF))
    fixed_clock.on(minutes=6)
    assert "That took too long" in (await bo.post(f"{PROOF}/passkey", data={"answer": late})).text
    async with https_browser(real) as other:
        await sign_in(other, "bo@example.org")
        mine, _theirs = device.show(await asked(bo, PROOF)), await asked(other, PROOF)
        assert (await other.post(f"{PROOF}/passkey", data={"answer": mine})).status_code == 422


def _wrong(device: Device, options: dict) -> dict[str, str]:
    """Answers that prove nothing, by what is wrong with them."""
    good, other = json.loads(device.show(options)), Device()
    other.id = device.id
    elsewhere = Device("https://evil.example")
    elsewhere.id, elsewhere.key = device.id, device.key
    return {
        "another key": other.show(options),
        "another site": elsewhere.show(options),
        "another challenge": device.show(options | {"challenge": "AAAA"}),
        "a new passkey": device.make(options),
        "a passkey nobody knows": Device().show(options),
        "nothing": "",
        "no JSON": "{",
        "a list": "[]",
        "a number": "7",
        "no response": json.dumps(good | {"response": None}),
        "odd bytes": json.dumps(good | {"response": good["response"] | {"authenticatorData": "€"}}),
        "too few bytes": json.dumps(good | {"response": good["response"] | {"authenticatorData": "AA"}}),
        "deep": "[" * 9_000,
        "long": json.dumps(good | {"more": "x" * 30_000}),
    }


@pytest.mark.parametrize("name", list(_wrong(Device(), {"challenge": "AAAA"})))
async def test_what_proves_nothing(staff, fixed_clock, name):
    bo, device = await with_a_passkey(staff, "bo")
    await SignIn.all().update(proved=None)
    answer = await bo.post(f"{PROOF}/passkey", data={"answer": _wrong(device, await asked(bo, PROOF))[name]})
    assert answer.status_code == 422 and (await bo.get("/office/")).status_code == 303


async def test_a_copy_that_counts_anew_proves_nothing(staff):
    bo, device = await with_a_passkey(staff, "bo")
    device.counter = 5
    assert (await bo.post(f"{PROOF}/passkey", data={"answer": device.show(await asked(bo, PROOF))})).status_code == 303
    device.counter = 2
    assert (await bo.post(f"{PROOF}/passkey", data={"answer": device.show(await asked(bo, PROOF))})).status_code == 422
    assert [entry.facts for entry in await audit.history((await person("bo")).id) if entry.what == "people.proof_failed"] == [{"how": "passkey"}]


@pytest.mark.parametrize("name", [name for name in _wrong(Device(), {"challenge": "AAAA"}) if name not in ("another key", "another site")])
async def test_what_makes_no_passkey(staff, name):
    bo = await with_an_app(staff, "bo")
    options = await asked(bo, SECOND)
    wrong = _wrong(Device(), options) | {"a new passkey": Device("https://evil.example").make(options), "another site": Device(host="evil.example").make(options)}
    answer = await bo.post(f"{SECOND}/passkey", data={"answer": wrong[name]})
    assert answer.status_code == 422 and await Factor.all().count() == 1


async def test_another_persons_passkey_proves_nothing(staff):
    _gus, device = await with_a_passkey(staff, "gus")
    bo, _device = await with_a_passkey(staff, "bo")
    assert (await bo.post(f"{PROOF}/passkey", data={"answer": device.show(await asked(bo, PROOF))})).status_code == 422


async def test_a_second_factor_brings_no_second_codes(staff):
    bo = await with_an_app(staff, "bo")
    answer = await bo.post(f"{SECOND}/passkey", data={"answer": Device().make(await asked(bo, SECOND))})
    assert (answer.status_code, answer.headers["location"]) == (303, SECOND)


@pytest.mark.parametrize(
    ("base", "works"),
    [("https://conference.example.org", True), ("http://localhost:8000", True), ("http://conference.example.org", False), ("http://127.0.0.1:8000", False),
     ("https://192.0.2.7", False), ("https://[2001:db8::1]", False), ("http://app.localhost", True)],
)  # fmt: skip
def test_where_passkeys_work(base, works):
    assert passkeys.work_at(base) is works


async def test_where_they_do_not_work_the_page_says_so(cast):
    page = (await (await cast.browser("bo")).get(SECOND)).text
    assert "Passkeys work only where a site has a name and a secure address" in page and "passkey.js" not in page


def test_what_is_asked_carries_no_more_than_needed():
    told = json.loads(passkeys.to_make(BASE, "AAAA", uuid4(), "bo@example.org", []))
    assert sorted(told) == ["attestation", "authenticatorSelection", "challenge", "excludeCredentials", "pubKeyCredParams", "rp", "timeout", "user"]
