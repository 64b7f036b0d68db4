"""What the double knows: its objects and its answers to keyed requests, in memory and, where asked for, in a file.

The file has one line of JSON for each change, holding everything that changed together; a line cut short by a crash is
as if the change had never been. On opening, the file is written anew with what is still worth keeping, and put in place in
one step.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EVENTS_KEPT = 30 * 86400
ANSWERS_KEPT = 86400


class Store:
    def __init__(self, file: Path | None, epoch: int) -> None:
        self.file = file
        self.objects: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self._changed: dict[str, dict[str, dict[str, Any]]] = {}
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._load(file)
            self._forget_old(epoch)
            self._rewrite(file)

    def add(self, thing: dict[str, Any]) -> dict[str, Any]:
        self.objects[thing["id"]] = thing
        return self.change(thing)

    def change(self, thing: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """Sets fields of an object and marks it to be saved."""
        thing.update(fields)
        self._changed.setdefault("objects", {})[thing["id"]] = thing
        return thing

    def find(self, key: str, kind: str) -> dict[str, Any] | None:
        thing = self.objects.get(key)
        return thing if thing and thing["object"] == kind else None

    def of(self, kind: str) -> Iterator[dict[str, Any]]:
        """All objects of one kind, oldest first."""
        return (thing for thing in list(self.objects.values()) if thing["object"] == kind)

    def keep_answer(self, key: str, answer: dict[str, Any]) -> None:
        self.answers[key] = answer
        self._changed.setdefault("answers", {})[key] = answer

    def answer(self, key: str, epoch: int) -> dict[str, Any] | None:
        """What a keyed request was answered; Stripe forgets it after a day."""
        answer = self.answers.get(key)
        return answer if answer and answer["at"] > epoch - ANSWERS_KEPT else None

    def save(self) -> None:
        """Writes what changed since the last time, all of it or nothing."""
        changed, self._changed = self._changed, {}
        if self.file and changed:
            with _private(self.file, os.O_APPEND) as out:
                out.write(_line(changed))

    def _load(self, file: Path) -> None:
        for line in file.read_text().splitlines() if file.exists() else []:
            try:
                change = json.loads(line)
            except ValueError:
                break
            self.objects |= change.get("objects", {})
            self.answers |= change.get("answers", {})

    def _forget_old(self, epoch: int) -> None:
        self.answers = {key: answer for key, answer in self.answers.items() if answer["at"] > epoch - ANSWERS_KEPT}
        self.objects = {
            key: thing
            for key, thing in self.objects.items()
            if thing["object"] != "event" or thing["created"] > epoch - EVENTS_KEPT
        }

    def _rewrite(self, file: Path) -> None:
        new = file.with_name(file.name + ".new")
        with _private(new, os.O_TRUNC) as out:
            out.write(_line({"objects": self.objects, "answers": self.answers}))
        os.replace(new, file)


def _private(file: Path, how: int) -> Any:
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | how, 0o600), "w")


def _line(change: dict[str, Any]) -> str:
    return json.dumps(change, separators=(",", ":")) + "\n"
