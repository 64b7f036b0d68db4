from conference.core.web import anyone, page
from conference.donations.pages import gifts, giving

BOTH = ("GET", "POST")
GIFT = "/{edition:edition}/gifts/{code}"

routes = [
    page("/donate", giving.network_donate, allow=anyone),
    page("/{edition:edition}/donate", giving.donate, allow=anyone, methods=BOTH),
    page("/{edition:edition}/donate/slip.pdf", giving.blank_slip, allow=anyone),
    page(f"{GIFT}/payment", gifts.pay, allow=anyone, methods=("POST",)),
    page(f"{GIFT}/slip.pdf", gifts.slip, allow=anyone),
    page(f"{GIFT}/receipt", gifts.receipt, allow=anyone, methods=BOTH),
    page(f"{GIFT}/paper-receipt", gifts.paper_receipt, allow=anyone, methods=BOTH),
    page(f"{GIFT}/{{secret}}", gifts.gift_link, allow=anyone),
    page(GIFT, gifts.gift, allow=anyone),
]
