"""The files for running it say what is so: commands and options are the real ones, limits are there, the system takes them."""

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conference.cli import main
from conference.settings import Settings

DOCS = Path(__file__).resolve().parents[1] / "docs"
LASTING = ["conference.service", "conference-worker.service"]
UNITS = [*LASTING, "conference-backup.service"]
HARDENED = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes", "UMask": "0077", "StateDirectoryMode": "0700",
    "CapabilityBoundingSet": "", "RestrictSUIDSGID": "yes", "ProtectKernelTunables": "yes",
}  # fmt: skip


def _unit(name: str) -> configparser.ConfigParser:
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read_string((DOCS / name).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_a_real_command_with_real_options(name: str) -> None:
    program, command, *words = _unit(name)["Service"]["ExecStart"].split()
    known = {option for parameter in main.commands[command].params for option in parameter.opts}
    assert program.endswith("/.venv/bin/conference")
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_hardened(name: str) -> None:
    service = _unit(name)["Service"]
    assert {key: service.get(key) for key in HARDENED} == HARDENED
    assert service["User"] == "conference"


@pytest.mark.parametrize("name", LASTING)
def test_what_serves_comes_back(name: str) -> None:
    assert _unit(name)["Service"]["Restart"] == "always"


def test_copies_are_made_every_night() -> None:
    assert _unit("conference-backup.timer")["Timer"]["OnCalendar"] == "*-*-* 04:00:00"
    assert _unit("conference-backup.service")["Service"]["ReadWritePaths"] in _unit("conference-backup.service")["Service"]["ExecStart"]


@pytest.mark.parametrize("name", UNITS)
def test_the_system_takes_the_unit(name: str, tmp_path: Path) -> None:
    """With a program that is there, for the units name the one of a real machine."""
    if not shutil.which("systemd-analyze"):
        return
    text = re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={sys.executable}", (DOCS / name).read_text(encoding="utf-8"))
    (tmp_path / name).write_text(text.replace("Documentation=file:/opt/conference/docs/running.md\n", ""))
    checked = subprocess.run(["systemd-analyze", "verify", tmp_path / name], capture_output=True, text=True, check=False)
    assert [line for line in checked.stderr.splitlines() if name in line] == []


def test_the_proxy_limits_what_the_program_does_not() -> None:
    text = (DOCS / "Caddyfile").read_text(encoding="utf-8")
    bare = re.sub(r"#.*", "", text)
    assert bare.count("{") == bare.count("}")
    for line in (r"read_header \d+s", r"read_body \d+s", r"max_header_size \d+KB", r"max_size \d+MB", r"reverse_proxy 127\.0\.0\.1:8000", r"health_uri /readyz"):
        assert re.search(line, bare), line
    assert "encode" not in bare, "calendars are never compressed"


def test_the_proxy_takes_its_file() -> None:
    if caddy := shutil.which("caddy"):
        subprocess.run([caddy, "validate", "--config", DOCS / "Caddyfile", "--adapter", "caddyfile"], check=True, capture_output=True)


def test_the_guide_names_real_commands_settings_and_files() -> None:
    text = (DOCS / "running.md").read_text(encoding="utf-8")
    commands = set(re.findall(r"`?\bconference (backup|restore|purge|check|keys|serve|worker|migrate)\b", text))
    assert commands <= set(main.commands) and {"restore", "purge", "check"} <= commands
    assert set(re.findall(r"CONFERENCE_[A-Z_]+", text)) <= {f"CONFERENCE_{name.upper()}" for name in Settings.model_fields}
    assert [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not (DOCS / link).exists()] == []
    for command, option in re.findall(r"conference (backup|restore) \S+ (--\w+)", text):
        assert option in {name for parameter in main.commands[command].params for name in parameter.opts}
