"""When this happens in one slice, these others are told, inside the same transaction. Read this to see the whole picture."""

from conference.agenda import actions as agenda
from conference.donations import actions as donations
from conference.editions import events as editions
from conference.endorsements import actions as endorsements
from conference.payments import events as payments
from conference.registration import actions as registration
from conference.registration import events as registered

REACTIONS: dict = {
    editions.PagePublished: [agenda.on_page_published],
    editions.TextAdopted: [agenda.on_text_adopted, endorsements.on_text_adopted],
    payments.PaymentAuthorised: [registration.on_payment_authorised, donations.on_payment_authorised],
    payments.PaymentProcessing: [registration.on_payment_processing],
    payments.PaymentCaptured: [registration.on_payment_captured, donations.on_payment_captured],
    payments.PaymentFailed: [registration.on_payment_failed, donations.on_payment_failed],
    payments.PaymentExpired: [registration.on_payment_expired],
    payments.PaymentVoided: [registration.on_payment_voided],
    payments.CheckBounced: [registration.on_check_bounced, donations.on_check_bounced],
    payments.GiftUnannounced: [donations.on_gift_unannounced],
    payments.ReceiptIssued: [donations.on_receipt_issued],
    payments.FundChanged: [donations.on_fund_changed],
    registered.OrderCancelled: [donations.on_order_cancelled],
}
