"""The registrar's pages."""

from conference.registration.office.doors import door as door
from conference.registration.office.doors import doors as doors
from conference.registration.office.doors import end_door as end_door
from conference.registration.office.orders import cancel as cancel
from conference.registration.office.orders import find as find
from conference.registration.office.orders import order as order
from conference.registration.office.orders import orders as orders
from conference.registration.office.orders import reveal as reveal
from conference.registration.office.orders import take_down as take_down
from conference.registration.office.overview import export as export
from conference.registration.office.overview import export_file as export_file
from conference.registration.office.overview import needs as needs
from conference.registration.office.overview import overview as overview
from conference.registration.office.places import new_pool as new_pool
from conference.registration.office.places import new_ticket as new_ticket
from conference.registration.office.places import places as places
from conference.registration.office.places import pool as pool
from conference.registration.office.places import ticket as ticket
from conference.registration.office.printing import printout as printout
from conference.registration.office.printing import printouts as printouts
from conference.registration.office.printing import remove_printout as remove_printout
from conference.registration.office.printing import take_part as take_part
