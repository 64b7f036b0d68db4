"""What a slice shows on another slice's page."""

from conference.notes import panels as notes
from conference.payments import panels as payments

PANELS: dict = {
    "registration.order": [payments.order_payment],
    "agenda.session": [notes.link],
    "front.my": [notes.my_sheets],
}
