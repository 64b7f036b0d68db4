"""Beds: who asks for some, who offers some, and who stays with whom."""

from datetime import timedelta
from enum import StrEnum

from tortoise.migrations.constraints import CheckConstraint

from conference.core.db import fields
from conference.core.db.model import Model

ANSWER_LASTS = timedelta(days=5)  # a question that nobody answers is over then
FITS, REACH = "finding a bed that fits", "questions and news about a bed"


class Side(StrEnum):
    """Whose page, link or answer it is."""

    GUEST = "guest"
    HOST = "host"


class Asked(Model):
    """What a request and an offer have in common: a page of one's own, how one is reached, and what one is called.

    ``code`` is its public reference; ``claim`` the typed code that opens it; ``version`` revokes its links; ``languages`` are words
    of ``matching.LANGUAGES_SPOKEN`` as a JSON list.
    """

    code = fields.Short(16, unique=True)
    language = fields.Short(8)
    name = fields.Internal(purpose="what your host or your guest calls you", days=14, after="end")
    languages = fields.Internal(purpose=FITS, days=14, after="end")
    note = fields.Internal(purpose=FITS, days=14, after="end")
    email = fields.Internal(purpose=REACH, days=14, after="end")
    email_blind = fields.Blind(of="email")
    phone = fields.Internal(purpose=REACH, days=14, after="end")
    claim = fields.Internal(purpose="your code", days=14, after="end")
    claim_blind = fields.Blind(of="claim")
    version = fields.Number(default=1)
    once = fields.Short(40, null=True, unique=True)
    made = fields.Moment()
    ended = fields.Moment(null=True)

    class Meta:
        abstract = True


class RequestState(StrEnum):
    """asked: a host or the guest is being asked; it is open again as soon as one of them says no."""

    OPEN = "open"
    ASKED = "asked"
    PLACED = "placed"
    WITHDRAWN = "withdrawn"


class BedRequest(Asked):
    """A party and the nights it needs beds for: a JSON list of ISO days, each the day on which the night begins. Nobody says why."""

    edition = fields.Reference("conference.Edition")
    person = fields.Reference("conference.Person", null=True, on_delete=fields.OnDelete.SET_NULL)
    order = fields.Reference("conference.Order", null=True, on_delete=fields.OnDelete.SET_NULL)
    state = fields.Choice(RequestState, default=RequestState.OPEN)
    people = fields.Number()
    nights = fields.Json()
    needs = fields.Internal(purpose=FITS, days=14, after="end")

    class Meta:
        table = "bed_request"
        constraints = (CheckConstraint(check="people >= 1 AND people <= 12", name="bed_request_of_one_to_twelve"),)
        indexes = [("edition_id", "state", "made"), ("order_id",), ("person_id",)]


class OfferState(StrEnum):
    """vetted: a coordinator has spoken with the host, who may be asked from then on."""

    OFFERED = "offered"
    VETTED = "vetted"
    WITHDRAWN = "withdrawn"


class BedOffer(Asked):
    """A host's beds, ``{"bed": 2, "sofa": 1, "floor": 0}``. ``street`` is asked for after their first yes, not before."""

    edition = fields.Reference("conference.Edition")
    person = fields.Reference("conference.Person", null=True, on_delete=fields.OnDelete.SET_NULL)
    state = fields.Choice(OfferState, default=OfferState.OFFERED)
    kinds = fields.Json()
    conditions = fields.Internal(purpose=FITS, days=14, after="end")
    neighborhood = fields.Internal(purpose=FITS, days=14, after="end")
    street = fields.Internal(purpose="the way to your host", days=14, after="end")

    class Meta:
        table = "bed_offer"
        indexes = [("edition_id", "state", "made"), ("person_id",)]


class BedNight(Model):
    """A host's beds on one night. ``taken`` changes only in the transaction that won a stay's state."""

    offer = fields.Reference("conference.BedOffer", on_delete=fields.OnDelete.CASCADE)
    night = fields.Day()
    beds = fields.Number()
    taken = fields.Number(default=0)

    class Meta:
        table = "bed_night"
        constraints = (CheckConstraint(check="taken >= 0 AND taken <= beds", name="bed_night_taken_within_beds"),)
        unique_together = (("offer", "night"),)


class StayState(StrEnum):
    """The host is asked first, then the guest; with both yes they are placed. declined: by either, or called off; nobody asks why."""

    HOST_ASKED = "host-asked"
    GUEST_ASKED = "guest-asked"
    PLACED = "placed"
    DECLINED = "declined"
    LAPSED = "lapsed"
    ENDED = "ended"


UNANSWERED = (StayState.HOST_ASKED, StayState.GUEST_ASKED)
LIVE = (*UNANSWERED, StayState.PLACED)
ASKING = {StayState.HOST_ASKED: Side.HOST, StayState.GUEST_ASKED: Side.GUEST}


class Stay(Model):
    """One party with one host, proposed or agreed. ``asked`` is when the present question was put, ``reminded`` when it was repeated."""

    edition = fields.Reference("conference.Edition")
    request = fields.Reference("conference.BedRequest")
    offer = fields.Reference("conference.BedOffer")
    state = fields.Choice(StayState, default=StayState.HOST_ASKED)
    people = fields.Number()
    nights = fields.Json()
    made = fields.Moment()
    asked = fields.Moment()
    reminded = fields.Moment(null=True)
    host_yes = fields.Moment(null=True)
    guest_yes = fields.Moment(null=True)
    arrived = fields.Moment(null=True)
    leaving = fields.Moment(null=True)
    ended = fields.Moment(null=True)

    class Meta:
        table = "stay"
        indexes = [("edition_id", "state"), ("request_id", "made"), ("offer_id", "made"), ("state", "asked")]
