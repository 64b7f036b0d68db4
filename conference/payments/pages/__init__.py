"""What Stripe tells us, and receipts behind secret links."""

from conference.payments.pages.receipts import ask_link as ask_link
from conference.payments.pages.receipts import ask_receipt as ask_receipt
from conference.payments.pages.receipts import receipt_file as receipt_file
from conference.payments.pages.receipts import receipt_link as receipt_link
from conference.payments.pages.webhook import stripe_webhook as stripe_webhook
