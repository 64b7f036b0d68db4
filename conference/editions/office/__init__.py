"""Back office: an edition's pages, facts and duties, and the same for the network as a whole."""

from conference.editions.office.call import call as call
from conference.editions.office.duties import duties as duties
from conference.editions.office.duties import end_duty as end_duty
from conference.editions.office.facts import facts as facts
from conference.editions.office.facts import new_edition as new_edition
from conference.editions.office.organization import chapter as chapter
from conference.editions.office.organization import new_chapter as new_chapter
from conference.editions.office.organization import organization as organization
from conference.editions.office.organization import remove_chapter as remove_chapter
from conference.editions.office.pages import page as page
from conference.editions.office.pages import pages as pages
from conference.editions.office.pages import publish_page as publish_page
