"""What the Nu HTML checker says of saved pages."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

JAR = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
SECONDS = 300

# Said of what is meant to be so.
LEFT_ALONE = (
    "Trailing slash on void elements has no effect",
    "The “main” role is unnecessary",
    "Section lacks heading",  # a labelled section is named by its label
    "Article lacks heading",
)


def check(files: Iterable[Path]) -> dict[str, list[str]]:
    """``{file name: sentences}`` of the files with something wrong, in one run for all.

    Raises AssertionError with a sentence where Java or the checker is missing.
    """
    java = shutil.which("java")
    assert java, "The HTML checker needs Java: apt-get install default-jre-headless."
    assert JAR.exists(), "The HTML checker is missing: run `npm install` in tests/checkers."
    command = [java, "-Xss2m", "-jar", str(JAR), "--format", "json", "--stdout", "--exit-zero-always", *map(str, files)]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=SECONDS)
    assert ran.returncode == 0, ran.stderr[-2_000:]
    return _by_file(json.loads(ran.stdout)["messages"])


def _by_file(messages: list[dict]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for message in messages:
        if not message["message"].startswith(LEFT_ALONE):
            sentence = f"{message.get('lastLine', '?')}: {message['message']} … {message.get('extract', '').strip()[:120]}"
            found.setdefault(Path(message["url"]).name, []).append(sentence)
    return found
