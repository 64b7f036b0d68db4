"""Everything held about somebody as one file to keep: for programs (JSON) or for people (a page that needs nothing else)."""

import json
from collections.abc import Sequence
from typing import Any

from conference.core import clock
from conference.core.holdings import Holding
from conference.core.i18n import language
from conference.core.running import running
from conference.core.templates import render_text
from conference.privacy.wording import Look, did, who


def as_json(held: Sequence[Holding], looks: Sequence[Look]) -> bytes:
    told = {
        "made": clock.now().isoformat(timespec="seconds"),
        "from": running().settings.base_url,
        "language": language(),
        "kept": [_holding(one) for one in held],
        "looks": [{"at": look.at.isoformat(timespec="seconds"), "who": who(look), "what": did(look), "reason": look.reason} for look in looks],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _holding(one: Holding) -> dict[str, Any]:
    said = {
        "title": one.title,
        "since": one.since and one.since.isoformat(timespec="seconds"),
        "until": one.until and one.until.isoformat(),
        "facts": [{"what": str(term), "text": str(text)} for term, text in one.facts],
        "address": running().settings.base_url + one.path if one.path else None,
        "stays": one.stays,
    }
    return {name: value for name, value in said.items() if value}


def as_page(held: Sequence[Holding], looks: Sequence[Look]) -> bytes:
    return render_text("privacy/copy.html", held=held, looks=[(look, who(look), did(look)) for look in looks], made=clock.now(), site=running().settings.base_url).encode()
