"""The six figures that an app on somebody's phone shows for half a minute (TOTP), and the picture that sets it up."""

import re
import unicodedata
from datetime import datetime
from hmac import compare_digest

from markupsafe import Markup

SECONDS = 30
AROUND = (0, -1, 1)  # steps: phones' clocks are a little off, and people type slowly
QUIET = 4


def new_secret() -> str:
    import pyotp

    return pyotp.random_base32()


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The time step for which an app with this secret shows what was typed; None where it fits no step around now."""
    import pyotp

    number, app = clean(typed), pyotp.TOTP(secret)
    here = int(now.timestamp()) // SECONDS
    return next((here + off for off in AROUND if number and compare_digest(app.generate_otp(here + off), number)), None)


def clean(typed: str) -> str:
    """Six figures as they were typed, without spaces; "" for anything else."""
    figures = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed))
    return figures if re.fullmatch("[0-9]{6}", figures) else ""


def address(secret: str, name: str, place: str) -> str:
    """What the picture says to the app: ``name`` and ``place`` are shown there to tell one entry from another."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=place)


def in_groups(secret: str) -> str:
    """For typing it instead: groups of four."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def picture(text: str) -> Markup:
    """A text as a QR code, inline SVG, black on white in every color scheme."""
    import segno

    rows = list(segno.make(text, error="m", micro=False).matrix)
    path = "".join(f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Markup(
        '<svg viewBox="0 0 {0} {0}" width="240" height="240" shape-rendering="crispEdges" focusable="false" aria-hidden="true">'
        '<rect width="{0}" height="{0}" fill="#fff"/><path fill="#000" d="{1}"/></svg>'
    ).format(len(rows) + 2 * QUIET, path)
