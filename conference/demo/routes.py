"""What the demo adds to the site: the stand-in for Stripe, under the site's own address."""

from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from conference.core.running import running
from conference.demo.double import PREFIX, double_of, is_inside
from conference.settings import Settings


async def stripe_double(scope: Scope, receive: Receive, send: Send) -> None:
    await double_of(running()).app(scope, receive, send)


def demo_routes(settings: Settings) -> list[Mount]:
    return [Mount(PREFIX, stripe_double, name="demo.stripe")] if is_inside(settings) else []
