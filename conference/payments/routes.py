from conference.core.web import anyone, page
from conference.payments import pages

routes = [
    page("/stripe/webhook", pages.stripe_webhook, allow=anyone, methods=("POST",), csrf_exempt=True),
]
