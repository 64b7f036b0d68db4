from conference.core.web import anyone, page
from conference.editions.access import duty
from conference.registration import office
from conference.registration.pages import changing, orders, registering, waiting

BOTH = ("GET", "POST")
OFFICE = "/office/{edition:edition}/registration"
registrar = duty("registrar")

routes = [
    page("/{edition:edition}/register", registering.choose, allow=anyone),
    page("/{edition:edition}/register/{ticket}", registering.register, allow=anyone, methods=BOTH),
    page("/{edition:edition}/register/{ticket}/waiting", waiting.wait, allow=anyone, methods=BOTH),
    page("/{edition:edition}/waiting/{secret}", waiting.offer_link, allow=anyone),
    page("/{edition:edition}/waiting/entries/{entry:uuid}", waiting.offer, allow=anyone, methods=BOTH),
    page("/{edition:edition}/waiting/entries/{entry:uuid}/end", waiting.leave, allow=anyone, methods=("POST",)),
    page("/{edition:edition}/my", orders.my, allow=anyone, methods=BOTH),
    page("/{edition:edition}/orders/{code}/payment", orders.pay, allow=anyone, methods=("POST",)),
    page("/{edition:edition}/orders/{code}/check", orders.promise_check, allow=anyone, methods=("POST",)),
    page("/{edition:edition}/orders/{code}/cancellation", orders.cancel, allow=anyone, methods=BOTH),
    page("/{edition:edition}/orders/{code}/changes", changing.change, allow=anyone, methods=BOTH),
    page("/{edition:edition}/orders/{code}/address", changing.confirm_address, allow=anyone, methods=BOTH),
    page("/{edition:edition}/orders/{code}/address/{secret}", changing.address_link, allow=anyone),
    page("/{edition:edition}/orders/{code}/days.ics", orders.days, allow=anyone),
    page("/{edition:edition}/orders/{code}/code.svg", orders.code_image, allow=anyone),
    page("/{edition:edition}/orders/{code}/{secret}", orders.order_link, allow=anyone),
    page("/{edition:edition}/orders/{code}", orders.order, allow=anyone),
    page(f"{OFFICE}/", office.overview, allow=registrar),
    page(f"{OFFICE}/orders", office.orders, allow=registrar),
    page(f"{OFFICE}/orders/search", office.find, allow=registrar, methods=("POST",)),
    page(f"{OFFICE}/orders/new", office.take_down, allow=registrar, methods=BOTH),
    page(f"{OFFICE}/orders/{{code}}", office.order, allow=registrar),
    page(f"{OFFICE}/orders/{{code}}/reveal/{{column}}", office.reveal, allow=registrar, methods=("POST",)),
    page(f"{OFFICE}/orders/{{code}}/cancellation", office.cancel, allow=registrar, methods=BOTH),
    page(f"{OFFICE}/needs", office.needs, allow=registrar),
    page(f"{OFFICE}/export", office.export, allow=registrar, methods=BOTH),
    page(f"{OFFICE}/places", office.places, allow=registrar),
    page(f"{OFFICE}/pools/new", office.new_pool, allow=registrar, methods=BOTH),
    page(f"{OFFICE}/pools/{{slug}}", office.pool, allow=registrar, methods=BOTH),
    page(f"{OFFICE}/tickets/new", office.new_ticket, allow=registrar, methods=BOTH),
    page(f"{OFFICE}/tickets/{{slug}}", office.ticket, allow=registrar, methods=BOTH),
]
