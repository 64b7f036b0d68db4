"""The editors' pages."""

from conference.endorsements.office.cases import accept as accept
from conference.endorsements.office.cases import case as case
from conference.endorsements.office.cases import confirm_call as confirm_call
from conference.endorsements.office.cases import merge as merge
from conference.endorsements.office.cases import refuse as refuse
from conference.endorsements.office.cases import reveal as reveal
from conference.endorsements.office.cases import vouch as vouch
from conference.endorsements.office.cases import withdraw as withdraw
from conference.endorsements.office.lists import duplicates as duplicates
from conference.endorsements.office.lists import everything as everything
from conference.endorsements.office.lists import find as find
from conference.endorsements.office.lists import table as table
from conference.endorsements.office.lists import take_down as take_down
from conference.endorsements.office.lists import to_call as to_call
from conference.endorsements.office.lists import to_look_at as to_look_at
