"""The coordinator's pages."""

from conference.housing.office.board import board as board
from conference.housing.office.board import offers as offers
from conference.housing.office.board import requests as requests
from conference.housing.office.hosts import host as host
from conference.housing.office.hosts import new_offer as new_offer
from conference.housing.office.hosts import reveal_host as reveal_host
from conference.housing.office.hosts import vet as vet
from conference.housing.office.hosts import withdraw_offer as withdraw_offer
from conference.housing.office.parties import new_request as new_request
from conference.housing.office.parties import party as party
from conference.housing.office.parties import place as place
from conference.housing.office.parties import reveal_party as reveal_party
from conference.housing.office.parties import withdraw_request as withdraw_request
from conference.housing.office.stays import call_off as call_off
from conference.housing.office.stays import no_for as no_for
from conference.housing.office.stays import yes_for as yes_for
