"""The treasurer's pages."""

from conference.payments.office.desk import arrival as arrival
from conference.payments.office.desk import desk as desk
from conference.payments.office.desk import hand_over as hand_over
from conference.payments.office.desk import seen as seen
from conference.payments.office.desk import troubles as troubles
from conference.payments.office.overview import ledger as ledger
from conference.payments.office.overview import ledger_file as ledger_file
from conference.payments.office.overview import overview as overview
from conference.payments.office.payments import payment as payment
from conference.payments.office.payments import payments as payments
from conference.payments.office.payments import refund as refund
