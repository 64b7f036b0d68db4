"""The README says what is so: its commands and settings are the real ones, its files are there, its two commands do what it says."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from conference.cli import main
from conference.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
FIRST_LINES = 6
EXEMPT = {"CONFERENCE_"}


@pytest.fixture(scope="module")
def readme() -> str:
    assert README.exists(), "There is no README.md yet."
    return README.read_text(encoding="utf-8")


def _code(text: str) -> str:
    """What stands in code, inline or in blocks."""
    return "\n".join(re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL) + re.findall(r"`([^`\n]+)`", text))


def test_its_parts_come_in_order(readme: str) -> None:
    """What it is, a picture, run it, test it, where things are, how to add a page."""
    assert readme.startswith("# ")
    marks = [r"!\[[^\]]+\]\([^)]+\)", r"make demo", r"make test", r"(?im)^## .*where", r"(?im)^## .*add a page"]
    found = [re.search(mark, readme) for mark in marks]
    assert all(found), [mark for mark, one in zip(marks, found, strict=True) if not one]
    places = [one.start() for one in found if one]
    assert places == sorted(places)


def test_its_pictures_and_files_are_there(readme: str) -> None:
    named = [link for link in re.findall(r"\]\(([^)#\s]+)", readme) if not re.match(r"[a-z]+:", link)]
    assert [link for link in named if not (ROOT / link).exists()] == []


def test_its_pictures_say_what_they_show(readme: str) -> None:
    assert [words for words in re.findall(r"!\[([^\]]*)\]", readme) if len(words) < 10] == []


def test_its_commands_are_the_real_ones(readme: str) -> None:
    """Every `conference …` in code is a command, and every command is told."""
    said = {word for word in re.findall(r"\bconference ([a-z][a-z-]+)\b", _code(readme))}
    assert said == {name for name, command in main.commands.items() if not command.hidden}


def test_its_make_targets_are_the_real_ones(readme: str) -> None:
    said = set(re.findall(r"\bmake ([a-z][a-z-]+)", _code(readme)))
    assert {"demo", "test"} <= said <= TARGETS


def test_its_settings_are_the_real_ones(readme: str) -> None:
    said = set(re.findall(r"\bCONFERENCE_[A-Z_]+", readme)) - EXEMPT
    assert said == {f"CONFERENCE_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_says_what_it_does(command: str) -> None:
    asked = CliRunner().invoke(main, [command, "--help"])
    assert asked.exit_code == 0
    assert (main.commands[command].help or "").strip().endswith(".")


@pytest.mark.parametrize("target", ("demo", "test"))
def test_make_knows_how(target: str) -> None:
    """What it would do, without doing it."""
    assert shutil.which("make"), "The README's commands need make: apt-get install make."
    planned = subprocess.run(["make", "--dry-run", "--always-make", target], cwd=ROOT, check=False, capture_output=True, text=True, timeout=60)
    assert (planned.returncode, planned.stderr) == (0, "")
    assert {"demo": "conference demo", "test": ".ci/test"}[target] in planned.stdout


def test_another_port_is_passed_on() -> None:
    planned = subprocess.run(["make", "--dry-run", "demo", "PORT=8329"], cwd=ROOT, check=False, capture_output=True, text=True, timeout=60)
    assert "conference demo --port 8329" in planned.stdout
