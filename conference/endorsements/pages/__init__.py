"""Reading and signing texts, one's own signature, who signed."""

from conference.endorsements.pages.own import change as change
from conference.endorsements.pages.own import confirm as confirm
from conference.endorsements.pages.own import link as link
from conference.endorsements.pages.own import mine as mine
from conference.endorsements.pages.own import sign_anew as sign_anew
from conference.endorsements.pages.own import withdraw as withdraw
from conference.endorsements.pages.reading import endorse as endorse
from conference.endorsements.pages.reading import letter as letter
from conference.endorsements.pages.reading import listed as listed
from conference.endorsements.pages.reading import printed as printed
from conference.endorsements.pages.reading import printed_pdf as printed_pdf
from conference.endorsements.pages.reading import version as version
from conference.endorsements.pages.signing import sent as sent
from conference.endorsements.pages.signing import sign as sign
from conference.endorsements.pages.signing import sign_organization as sign_organization
