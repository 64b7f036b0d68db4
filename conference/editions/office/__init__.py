"""Back office: an edition's pages, facts and duties, the same for the network as a whole, its messages and what it hands out."""

from conference.editions.office.call import call as call
from conference.editions.office.duties import duties as duties
from conference.editions.office.duties import end_duty as end_duty
from conference.editions.office.facts import facts as facts
from conference.editions.office.facts import new_edition as new_edition
from conference.editions.office.messages import drop_message as drop_message
from conference.editions.office.messages import message as message
from conference.editions.office.messages import messages as messages
from conference.editions.office.messages import open_message as open_message
from conference.editions.office.messages import pass_on as pass_on
from conference.editions.office.organization import chapter as chapter
from conference.editions.office.organization import new_chapter as new_chapter
from conference.editions.office.organization import organization as organization
from conference.editions.office.organization import remove_chapter as remove_chapter
from conference.editions.office.pages import page as page
from conference.editions.office.pages import pages as pages
from conference.editions.office.pages import publish_page as publish_page
from conference.editions.office.resources import add_file as add_file
from conference.editions.office.resources import file as file
from conference.editions.office.resources import new_resource as new_resource
from conference.editions.office.resources import publish_resource as publish_resource
from conference.editions.office.resources import resource as resource
from conference.editions.office.resources import resources as resources
from conference.editions.office.resources import take_back as take_back
from conference.editions.office.resources import withdraw_resource as withdraw_resource
