"""What a slice shows on another slice's page."""

from conference.donations import panels as donations
from conference.notes import panels as notes
from conference.payments import panels as payments
from conference.registration import panels as registration

PANELS: dict = {
    "editions.home": [donations.thermometers],
    "registration.order": [payments.order_payment, donations.left_as_gift],
    "registration.after": [donations.add_a_gift],
    "agenda.session": [notes.link],
    "front.my": [registration.my_orders, donations.my_gifts, notes.my_sheets],
    "office.home": [registration.places_taken],
    "payments.payment": [registration.order_of_payment, donations.gift_of_payment],
}
