"""Every write of endorsements. What the public list shows changes in ``listing`` alone."""

from conference.endorsements.actions.listing import keep_files as keep_files
from conference.endorsements.actions.moderating import ChangedMeanwhile as ChangedMeanwhile
from conference.endorsements.actions.moderating import NotTheSame as NotTheSame
from conference.endorsements.actions.moderating import accept as accept
from conference.endorsements.actions.moderating import confirm_for as confirm_for
from conference.endorsements.actions.moderating import merge as merge
from conference.endorsements.actions.moderating import refuse as refuse
from conference.endorsements.actions.moderating import reveal as reveal
from conference.endorsements.actions.moderating import take_down as take_down
from conference.endorsements.actions.newer import on_text_adopted as on_text_adopted
from conference.endorsements.actions.newer import tell_of_newer as tell_of_newer
from conference.endorsements.actions.own import NothingToChange as NothingToChange
from conference.endorsements.actions.own import WordsChanged as WordsChanged
from conference.endorsements.actions.own import change as change
from conference.endorsements.actions.own import confirm as confirm
from conference.endorsements.actions.own import forget_drafts as forget_drafts
from conference.endorsements.actions.own import sign_anew as sign_anew
from conference.endorsements.actions.own import withdraw as withdraw
from conference.endorsements.actions.signing import NotAtItsDomain as NotAtItsDomain
from conference.endorsements.actions.signing import NoWayToConfirm as NoWayToConfirm
from conference.endorsements.actions.signing import SigningClosed as SigningClosed
from conference.endorsements.actions.signing import TextChanged as TextChanged
from conference.endorsements.actions.signing import sign as sign
