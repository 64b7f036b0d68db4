"""What letters show on other slices' pages."""

from typing import Any

from markupsafe import Markup

from conference.core.templates import render_text
from conference.editions.models import Edition
from conference.registration.models import Order


async def write_to(*, order: Order, edition: Edition, **_others: Any) -> Markup:
    """On the back office's page of a registration: the way to write to this one person, where there is an address."""
    return Markup(render_text("letters/office/write_panel.html", order=order, edition=edition))
