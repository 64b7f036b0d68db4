"""The commands: what they print, and the one sentence with which they refuse."""

import asyncio
import re
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conference import migrations
from conference.cli import main
from tests.conftest import POSTGRES
from tests.postgres import fresh_database

MIGRATIONS = Path(migrations.__file__).parent


@pytest.fixture
def run(settings, monkeypatch):
    """Runs a command with the settings of this test in the environment."""
    for name in ("var", "database_url", "base_url"):
        monkeypatch.setenv(f"CONFERENCE_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.setenv("CONFERENCE_SECRET_KEY", settings.secret)
    monkeypatch.setenv("CONFERENCE_DEMO", "1")
    return lambda *words: CliRunner().invoke(main, list(words))


def refused(result: Result) -> str:
    """The one sentence of a refusal."""
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert len(result.stderr.splitlines()) == 1
    return result.stderr.strip()


def test_a_sign_in_link_works_for_its_address(run):
    result = run("sign-in-link", "ada@example.org")
    assert result.exit_code == 0, result.output
    assert re.fullmatch(r"http://conference\.test/sign-in/[\w-]{43}\n", result.stdout)


def test_keys_are_listed_with_their_scope(run):
    run("sign-in-link", "ada@example.org")
    result = run("keys")
    assert (result.exit_code, [line.split()[0] for line in result.stdout.splitlines()]) == (0, ["account"])


def test_check_says_a_line_about_each_thing(run):
    result = run("check")
    assert (result.exit_code, [line.split(":")[0] for line in result.stdout.splitlines()]) == (
        0, [f"ok    {name}" for name in ("database", "keys", "settings", "mail", "clock", "disk", "backup", "promises")],
    )  # fmt: skip


def test_check_finds_what_is_wrong(run, monkeypatch):
    monkeypatch.setenv("CONFERENCE_DEMO", "0")
    result = run("check")
    assert result.exit_code == 1
    assert [line.split(":")[0] for line in result.stdout.splitlines() if line.startswith("WRONG")] == ["WRONG settings", "WRONG mail", "WRONG backup"]


@pytest.fixture
def empty_database(settings, request, tmp_path) -> str:
    if not POSTGRES:
        return f"sqlite://{tmp_path / 'empty.sqlite3'}"
    return asyncio.run(fresh_database(request.getfixturevalue("postgres_url")))


def test_migrating_twice_changes_nothing(run, empty_database, monkeypatch):
    monkeypatch.setenv("CONFERENCE_DATABASE_URL", empty_database)
    names = sorted(file.stem for file in MIGRATIONS.glob("0*.py"))
    results = [run("migrate") for _again in range(2)]
    assert [(result.exit_code, result.stdout) for result in results] == [(0, "".join(f"applied {name}\n" for name in names)), (0, "")]


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_port_is_one_sentence(run, command):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert refused(run(command, "--port", str(port))) == f"Port {port} on 127.0.0.1 is taken; choose another with PORT=8001 or --port 8001."


def test_a_second_step_is_taken_away_once(run):
    assert "no second step" in refused(run("forget-second-step", "ada@example.org"))

    async def has_one() -> None:
        from conference.core import clock
        from conference.core.db import transaction
        from conference.people.actions import person_for
        from conference.people.models import Factor, FactorKind

        async with transaction():
            person = await person_for("ada@example.org", "en")
            await Factor(person_id=person.id, kind=FactorKind.APP, made=clock.now(), confirmed=clock.now()).save(force_create=True)

    from conference.cli import _settings, _within

    _within(_settings(), has_one)
    assert run("forget-second-step", "ada@example.org").output == "Taken away. After signing in they set up a new one.\n"
    assert "no second step" in refused(run("forget-second-step", "ada@example.org"))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "short", "CONFERENCE_SECRET_KEY must have at least 32 characters."),
        ("BASE_URL", "conference.test", "CONFERENCE_BASE_URL must begin with http:// or https://."),
        ("STRIPE_KEY", "sk_live_x", "a live Stripe key and the demo together are refused."),
    ],
)
@pytest.mark.parametrize("command", [("check",), ("serve",), ("migrate",), ("keys",), ("sign-in-link", "ada@example.org"), ("forget-second-step", "ada@example.org"), ("worker",), ("seed",), ("purge",), ("backup", ".")])
def test_a_broken_setting_is_one_sentence(run, monkeypatch, command, name, value, sentence):
    monkeypatch.setenv(f"CONFERENCE_{name}", value)
    assert refused(run(*command)) == sentence


def test_a_live_key_and_the_demo_together_are_refused(run, monkeypatch):
    monkeypatch.setenv("CONFERENCE_STRIPE_KEY", "sk_live_x")
    assert refused(run("demo")) == "A live Stripe key and the demo together are refused: unset CONFERENCE_STRIPE_KEY."
