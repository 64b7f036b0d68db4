"""What the demo adds to the site: the stand-in for Stripe, under the site's own address."""

from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from conference.core.running import running

PREFIX = "/demo/stripe"


async def stripe_double(scope: Scope, receive: Receive, send: Send) -> None:
    await running().parts["stripe.double"].app(scope, receive, send)


def demo_routes() -> list[Mount]:
    return [Mount(PREFIX, stripe_double, name="demo.stripe")]
