from conference.core.web import anyone, page
from conference.editions.access import duty
from conference.payments import office, pages

BOTH = ("GET", "POST")
HERE = "/office/{edition:edition}/payments"
TREASURER, JUST_PROVED = duty("treasurer"), duty("treasurer", fresh=True)

routes = [
    page("/stripe/webhook", pages.stripe_webhook, allow=anyone, methods=("POST",), csrf_exempt=True),
    page("/{edition:edition}/receipts/{secret}", pages.receipt_link, allow=anyone),
    page("/{edition:edition}/receipts/for/{secret}", pages.ask_link, allow=anyone),
    page("/{edition:edition}/receipts/payment/{payment:uuid}", pages.ask_receipt, allow=anyone, methods=BOTH),
    page("/{edition:edition}/receipts/of/{receipt:uuid}.pdf", pages.receipt_file, allow=anyone),
    page(HERE, office.overview, allow=TREASURER),
    page(f"{HERE}/ledger", office.ledger, allow=TREASURER),
    page(f"{HERE}/ledger.csv", office.ledger_file, allow=JUST_PROVED),
    page(f"{HERE}/all", office.payments, allow=TREASURER),
    page(f"{HERE}/desk", office.desk, allow=TREASURER),
    page(f"{HERE}/desk/refunds/{{refund}}", office.hand_over, allow=JUST_PROVED, methods=("POST",)),
    page(f"{HERE}/desk/check", office.new_check, allow=TREASURER, methods=BOTH),
    page(f"{HERE}/checks/{{check}}", office.check, allow=TREASURER),
    page(f"{HERE}/checks/{{check}}/bounce", office.bounce, allow=TREASURER, methods=("POST",)),
    page(f"{HERE}/checks/{{check}}/return", office.send_back, allow=TREASURER, methods=("POST",)),
    page(f"{HERE}/deposits", office.deposits, allow=TREASURER, methods=BOTH),
    page(f"{HERE}/deposits/{{number}}", office.deposit, allow=TREASURER),
    page(f"{HERE}/deposits/{{number}}/slip.pdf", office.deposit_slip, allow=TREASURER),
    page(f"{HERE}/deposits/{{number}}/bank", office.banked, allow=TREASURER, methods=("POST",)),
    page(f"{HERE}/bank", office.bank, allow=TREASURER, methods=BOTH),
    page(f"{HERE}/receipts", office.receipts, allow=TREASURER),
    page(f"{HERE}/receipts/{{receipt:uuid}}", office.receipt, allow=TREASURER, methods=BOTH),
    page(f"{HERE}/receipts/{{receipt:uuid}}/receipt.pdf", office.receipt_file, allow=TREASURER),
    page(f"{HERE}/receipts/{{receipt:uuid}}/printed", office.printed, allow=TREASURER, methods=("POST",)),
    page(f"{HERE}/funds", office.funds, allow=TREASURER),
    page(f"{HERE}/funds/new", office.new_fund, allow=TREASURER, methods=BOTH),
    page(f"{HERE}/funds/{{slug}}", office.fund, allow=TREASURER, methods=BOTH),
    page(f"{HERE}/troubles", office.troubles, allow=TREASURER),
    page(f"{HERE}/{{payment}}", office.payment, allow=TREASURER),
    page(f"{HERE}/{{payment}}/refund", office.refund, allow=JUST_PROVED, methods=("GET", "POST")),
    page(f"{HERE}/{{payment}}/receipt", office.new_receipt, allow=TREASURER, methods=BOTH),
    page(f"{HERE}/{{payment}}/arrival", office.arrival, allow=TREASURER, methods=("GET", "POST")),
    page(f"{HERE}/{{payment}}/seen", office.seen, allow=TREASURER, methods=("POST",)),
]
