"""What a slice shows on another slice's page."""

from conference.agenda import panels as agenda
from conference.donations import panels as donations
from conference.editions import panels as editions
from conference.endorsements import panels as endorsements
from conference.housing import panels as housing
from conference.letters import panels as letters
from conference.notes import panels as notes
from conference.office import panels as office
from conference.payments import panels as payments
from conference.registration import panels as registration

PANELS: dict = {
    "registration.office.order": [letters.write_to],
    "editions.home": [endorsements.who_signed, donations.thermometers],
    "editions.unity": [endorsements.sign_unity],
    "registration.order": [payments.order_payment, donations.left_as_gift],
    "registration.own_order": [housing.of_order],
    "registration.after": [donations.add_a_gift],
    "editions.travel": [housing.ask_or_offer],
    "agenda.session": [notes.link],
    "front.my": [registration.my_orders, housing.my_beds, donations.my_gifts, notes.my_sheets, endorsements.my_endorsements],
    "office.home": [registration.places_taken, housing.beds_wanted, endorsements.to_do],
    "payments.payment": [registration.order_of_payment, donations.gift_of_payment],
}

# What a slice gives for a list on another's page. ``office.todo``: what waits for somebody with duties, as core.todo.Todo; called with
# ``held`` (their duties), ``editions`` (those they have one in) and ``url`` (a page's path by its name). A new slice writes
# ``async def todos(*, held, editions, url, **_others) -> list[Todo]`` in its panels.py: the rows of all these editions in one statement,
# one entry per edition and kind, since the oldest of its rows; and adds it here.
GATHERED: dict = {
    "office.todo": [office.todos, registration.todos, housing.todos, payments.todos, agenda.todos, notes.todos, endorsements.todos, editions.todos],
}
