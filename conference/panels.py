"""What a slice shows on another slice's page."""

from conference.housing import panels as housing
from conference.notes import panels as notes
from conference.payments import panels as payments
from conference.registration import panels as registration

PANELS: dict = {
    "registration.order": [payments.order_payment],
    "registration.own_order": [housing.of_order],
    "editions.travel": [housing.ask_or_offer],
    "agenda.session": [notes.link],
    "front.my": [registration.my_orders, housing.my_beds, notes.my_sheets],
    "office.home": [registration.places_taken, housing.beds_wanted],
    "payments.payment": [registration.order_of_payment],
}
