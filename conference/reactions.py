"""When this happens in one slice, these others are told, inside the same transaction. Read this to see the whole picture."""

from conference.editions import events as editions
from conference.endorsements import actions as endorsements
from conference.payments import events as payments
from conference.registration import actions as registration

REACTIONS: dict = {
    editions.TextAdopted: [endorsements.on_text_adopted],
    payments.PaymentAuthorised: [registration.on_payment_authorised],
    payments.PaymentProcessing: [registration.on_payment_processing],
    payments.PaymentCaptured: [registration.on_payment_captured],
    payments.PaymentFailed: [registration.on_payment_failed],
    payments.PaymentExpired: [registration.on_payment_expired],
    payments.PaymentVoided: [registration.on_payment_voided],
}
