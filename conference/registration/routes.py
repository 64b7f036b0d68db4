from conference.core.web import anyone, page
from conference.editions.access import duty
from conference.registration import office
from conference.registration.access import at_a_door, at_a_door_with_cash
from conference.registration.pages import changing, doors, orders, registering, waiting

BOTH = ("GET", "POST")
OFFICE = "/office/{edition:edition}/registration"
registrar, just_proved = duty("registrar"), duty("registrar", fresh=True)

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
    page("/{edition:edition}/door", doors.door, allow=at_a_door),
    page("/{edition:edition}/door/arrivals", doors.scan, allow=at_a_door, methods=("POST",)),
    page("/{edition:edition}/door/search", doors.search, allow=at_a_door, methods=("POST",)),
    page("/{edition:edition}/door/arrivals/{attendee:uuid}", doors.arrival, allow=at_a_door),
    page("/{edition:edition}/door/arrivals/{attendee:uuid}/entry", doors.let_in, allow=at_a_door, methods=("POST",)),
    page("/{edition:edition}/door/arrivals/{attendee:uuid}/undoing", doors.undo, allow=at_a_door, methods=("POST",)),
    page("/{edition:edition}/door/arrivals/{attendee:uuid}/cash", doors.cash, allow=at_a_door_with_cash, methods=("POST",)),
    page("/{edition:edition}/door/walk-in", doors.walk_in, allow=at_a_door_with_cash, methods=BOTH),
    page("/{edition:edition}/door/{secret}", doors.door_link, allow=anyone),
    page(f"{OFFICE}/", office.overview, allow=registrar),
    page(f"{OFFICE}/orders", office.orders, allow=registrar),
    page(f"{OFFICE}/orders/search", office.find, allow=registrar, methods=("POST",)),
    page(f"{OFFICE}/orders/new", office.take_down, allow=registrar, methods=BOTH),
    page(f"{OFFICE}/orders/{{code}}", office.order, allow=registrar),
    page(f"{OFFICE}/orders/{{code}}/reveal/{{column}}", office.reveal, allow=just_proved, methods=("POST",)),
    page(f"{OFFICE}/orders/{{code}}/cancellation", office.cancel, allow=registrar, methods=BOTH),
    page(f"{OFFICE}/needs", office.needs, allow=registrar),
    page(f"{OFFICE}/export", office.export, allow=just_proved, methods=BOTH),
    page(f"{OFFICE}/export/{{export:uuid}}", office.export_file, allow=just_proved),
    page(f"{OFFICE}/doors", office.doors, allow=registrar, methods=BOTH),
    page(f"{OFFICE}/doors/{{door:uuid}}", office.door, allow=registrar),
    page(f"{OFFICE}/doors/{{door:uuid}}/end", office.end_door, allow=registrar, methods=("POST",)),
    page(f"{OFFICE}/printouts", office.printouts, allow=registrar, methods=BOTH),
    page(f"{OFFICE}/printouts/{{printout:uuid}}", office.printout, allow=registrar),
    page(f"{OFFICE}/printouts/{{printout:uuid}}/removal", office.remove_printout, allow=registrar, methods=("POST",)),
    page(f"{OFFICE}/printouts/{{printout:uuid}}/parts/{{number:int}}", office.take_part, allow=just_proved, methods=("POST",)),
    page(f"{OFFICE}/places", office.places, allow=registrar),
    page(f"{OFFICE}/pools/new", office.new_pool, allow=registrar, methods=BOTH),
    page(f"{OFFICE}/pools/{{slug}}", office.pool, allow=registrar, methods=BOTH),
    page(f"{OFFICE}/tickets/new", office.new_ticket, allow=registrar, methods=BOTH),
    page(f"{OFFICE}/tickets/{{slug}}", office.ticket, allow=registrar, methods=BOTH),
]
