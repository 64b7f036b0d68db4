"""What a slice shows on another slice's page."""

from conference.endorsements import panels as endorsements
from conference.notes import panels as notes
from conference.payments import panels as payments
from conference.registration import panels as registration

PANELS: dict = {
    "registration.order": [payments.order_payment],
    "agenda.session": [notes.link],
    "editions.home": [endorsements.who_signed],
    "editions.unity": [endorsements.sign_unity],
    "front.my": [registration.my_orders, notes.my_sheets, endorsements.my_endorsements],
    "office.home": [registration.places_taken, endorsements.to_do],
    "payments.payment": [registration.order_of_payment],
}
