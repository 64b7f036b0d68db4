"""What machines ask."""

import httpx
import pytest

from conference.app import create_app, opened
from conference.core.running import running
from conference.front import health
from tests.cast import Browser


async def test_alive_and_in_order(visitor):
    assert [((await visitor.get(path)).status_code, (await visitor.get(path)).text) for path in ("/healthz", "/readyz")] == [(200, "ok\n")] * 2


async def test_without_its_keys_it_is_not_ready(app, cast, visitor, tmp_path):
    from conference.core.keyring import Keyring

    await cast.edition()
    running().keyring = Keyring.load(tmp_path / "another.json")
    answer = await visitor.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not in order: keys\n")
    assert (await visitor.get("/healthz")).status_code == 200


async def test_without_its_database_it_is_not_ready(app, visitor, monkeypatch):
    async def away(*_sql):
        raise OSError("the machine db.internal is away")

    monkeypatch.setattr(health, "rows", away)
    answer = await visitor.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not in order: database\n")


def from_elsewhere(app, **headers):
    return Browser(transport=httpx.ASGITransport(app, client=("203.0.113.9", 4000)), base_url="http://conference.test", headers=headers)


async def test_numbers_are_shown_to_this_machine_alone(app, visitor):
    numbers = await visitor.get("/metrics")
    assert numbers.status_code == 200 and numbers.headers["content-type"].startswith("text/plain")
    assert 'conference_jobs{state="dead"} 0.0' in numbers.text and "conference_writers_waiting 0.0" in numbers.text
    async with from_elsewhere(app) as other:
        assert (await other.get("/metrics")).status_code == 404
    assert (await visitor.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"})).status_code == 404


async def test_answers_from_memory_are_counted_by_their_route(app, cast, visitor):
    await cast.edition()
    etag = (await visitor.get("/2027/about")).headers["etag"]
    await visitor.get("/2027/about", headers={"if-none-match": etag})
    counted = [line for line in (await visitor.get("/metrics")).text.splitlines() if line.startswith("conference_ready_answers_total")]
    assert counted == [f'conference_ready_answers_total{{route="/{{edition:edition}}/about",status="{status}"}} 1.0' for status in (200, 304)]


@pytest.mark.parametrize(("given", "status"), [("Bearer the-token", 200), ("Bearer the-token2", 404), ("Bearer ", 404), ("the-token", 200), ("Bearer ñ", 404)])
async def test_other_machines_need_the_token(settings, fixed_clock, given, status):
    from pydantic import SecretStr

    made = create_app(settings.model_copy(update={"metrics_token": SecretStr("the-token")}), clock=fixed_clock)
    async with opened(made.context), from_elsewhere(made) as other:
        assert (await other.get("/metrics", headers={"authorization": given.encode()})).status_code == status


async def test_without_a_token_set_none_is_right(app):
    async with from_elsewhere(app, authorization="Bearer ") as other:
        assert (await other.get("/metrics")).status_code == 404
