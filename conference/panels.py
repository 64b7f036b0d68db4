"""What a slice shows on another slice's page."""

from conference.notes import panels as notes
from conference.payments import panels as payments
from conference.registration import panels as registration

PANELS: dict = {
    "registration.order": [payments.order_payment],
    "agenda.session": [notes.link],
    "front.my": [registration.my_orders, notes.my_sheets],
    "office.home": [registration.places_taken],
    "payments.payment": [registration.order_of_payment],
}
