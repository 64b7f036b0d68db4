"""Every write of housing. When beds count as taken is decided in ``beds``, and nowhere else."""

from conference.housing.actions.answering import CardOver as CardOver
from conference.housing.actions.answering import TooLate as TooLate
from conference.housing.actions.answering import arrive as arrive
from conference.housing.actions.answering import call_off as call_off
from conference.housing.actions.answering import leave as leave
from conference.housing.actions.answering import open_card as open_card
from conference.housing.actions.answering import say_no as say_no
from conference.housing.actions.answering import say_yes as say_yes
from conference.housing.actions.asking import Closed as Closed
from conference.housing.actions.asking import WrongNights as WrongNights
from conference.housing.actions.asking import WrongNumber as WrongNumber
from conference.housing.actions.asking import ask_for_beds as ask_for_beds
from conference.housing.actions.asking import offer_beds as offer_beds
from conference.housing.actions.beds import NoRoom as NoRoom
from conference.housing.actions.placing import AskedMeanwhile as AskedMeanwhile
from conference.housing.actions.placing import CannotBeAsked as CannotBeAsked
from conference.housing.actions.placing import propose as propose
from conference.housing.actions.placing import reveal as reveal
from conference.housing.actions.placing import vet as vet
from conference.housing.actions.tidying import end_stays as end_stays
from conference.housing.actions.tidying import let_go as let_go
from conference.housing.actions.tidying import let_lapse as let_lapse
from conference.housing.actions.tidying import remind as remind
from conference.housing.actions.withdrawing import forget as forget
from conference.housing.actions.withdrawing import give_street as give_street
from conference.housing.actions.withdrawing import withdraw as withdraw
