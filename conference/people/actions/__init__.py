"""Every write about who may sign in."""

from conference.people.actions.proving import ProofTooOld as ProofTooOld
from conference.people.actions.proving import WrongCode as WrongCode
from conference.people.actions.proving import WrongNumber as WrongNumber
from conference.people.actions.proving import WrongPasskey as WrongPasskey
from conference.people.actions.proving import challenge as challenge
from conference.people.actions.proving import prove_by_app as prove_by_app
from conference.people.actions.proving import prove_by_code as prove_by_code
from conference.people.actions.proving import prove_by_passkey as prove_by_passkey
from conference.people.actions.second import NoSecondStep as NoSecondStep
from conference.people.actions.second import TooManyFactors as TooManyFactors
from conference.people.actions.second import add_passkey as add_passkey
from conference.people.actions.second import begin_app as begin_app
from conference.people.actions.second import confirm_app as confirm_app
from conference.people.actions.second import make_codes as make_codes
from conference.people.actions.second import remove_factor as remove_factor
from conference.people.actions.second import reset_factors as reset_factors
from conference.people.actions.signing_in import ask_for_link as ask_for_link
from conference.people.actions.signing_in import forget_old as forget_old
from conference.people.actions.signing_in import is_ours as is_ours
from conference.people.actions.signing_in import link_for as link_for
from conference.people.actions.signing_in import person_for as person_for
from conference.people.actions.signing_in import sign_in as sign_in
from conference.people.actions.signing_in import sign_out as sign_out
