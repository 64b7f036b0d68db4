"""Every write of privacy: what has had its time goes, what somebody asks to erase goes at once, and neither comes back."""

from conference.privacy.actions.erasing import LastOrganizer as LastOrganizer
from conference.privacy.actions.erasing import erase as erase
from conference.privacy.actions.erasing import erase_again as erase_again
from conference.privacy.actions.erasing import keep_list as keep_list
from conference.privacy.actions.erasing import known_here as known_here
from conference.privacy.actions.purging import Done as Done
from conference.privacy.actions.purging import purge as purge
from conference.privacy.actions.taking import take_along as take_along
