from conference.core.web import anyone, page
from conference.editions.access import duty
from conference.payments import office, pages

HERE = "/office/{edition:edition}/payments"
TREASURER, JUST_PROVED = duty("treasurer"), duty("treasurer", fresh=True)

routes = [
    page("/stripe/webhook", pages.stripe_webhook, allow=anyone, methods=("POST",), csrf_exempt=True),
    page(HERE, office.overview, allow=TREASURER),
    page(f"{HERE}/ledger", office.ledger, allow=TREASURER),
    page(f"{HERE}/ledger.csv", office.ledger_file, allow=JUST_PROVED),
    page(f"{HERE}/all", office.payments, allow=TREASURER),
    page(f"{HERE}/desk", office.desk, allow=TREASURER),
    page(f"{HERE}/desk/refunds/{{refund}}", office.hand_over, allow=JUST_PROVED, methods=("POST",)),
    page(f"{HERE}/troubles", office.troubles, allow=TREASURER),
    page(f"{HERE}/{{payment}}", office.payment, allow=TREASURER),
    page(f"{HERE}/{{payment}}/refund", office.refund, allow=JUST_PROVED, methods=("GET", "POST")),
    page(f"{HERE}/{{payment}}/arrival", office.arrival, allow=TREASURER, methods=("GET", "POST")),
    page(f"{HERE}/{{payment}}/seen", office.seen, allow=TREASURER, methods=("POST",)),
]
