"""An edition of the conference and what belongs to it: pages, duties, who took part; and the organization behind all of them.

Bilingual text is a JSON object ``{"en": "...", "es": "..."}``; ``editions.wording.say`` picks the reader's.
"""

from enum import StrEnum

from conference.core.db import fields
from conference.core.db.model import Model


class Edition(Model):
    """One conference. ``slug`` is its year, with a suffix where a year has two; ``zone`` an IANA time zone name."""

    slug = fields.Short(24, unique=True)
    title = fields.Json()
    lead = fields.Json()
    city = fields.Short(120)
    venue = fields.Short(200)
    address = fields.Short(300)
    zone = fields.Short(64)
    begins = fields.Day()
    ends = fields.Day()
    accent = fields.Short(24, default="madder")
    contact = fields.Short(254)
    hotline = fields.Short(40, default="")
    organized_by = fields.Short(200)
    currency = fields.Short(3, default="USD")
    refund_table = fields.Json(default=list)  # [{"days": 30, "percent": 100}, ...]: so many days or more before it begins
    public = fields.Flag(default=False)
    made = fields.Moment()

    class Meta:
        table = "edition"


class Page(Model):
    """A page of an edition, or of the organization where ``edition`` is empty.

    ``draft`` and ``live`` are ``{"en": {"title", "body"}, "es": {...}}`` with markdown bodies; ``live`` is what visitors read.
    """

    edition = fields.Reference("conference.Edition", related_name="pages", null=True)
    slug = fields.Short(60)
    in_menu = fields.Flag(default=True)
    place = fields.Number(default=100)
    draft = fields.Json()
    live = fields.Json(null=True)
    revision = fields.Number(default=1)
    published = fields.Moment(null=True)

    class Meta:
        table = "page"
        unique_together = (("edition", "slug"),)


class PageRevision(Model):
    """What a page's draft was, revision by revision."""

    page = fields.Reference("conference.Page", related_name="revisions", on_delete=fields.OnDelete.CASCADE)
    revision = fields.Number()
    words = fields.Json()
    made = fields.Moment()
    by = fields.Uuid(null=True)

    class Meta:
        table = "page_revision"
        unique_together = (("page", "revision"),)


class Duties(StrEnum):
    ORGANIZER = "organizer"
    REGISTRAR = "registrar"
    TREASURER = "treasurer"
    HOUSING = "housing"
    EDITOR = "editor"
    NOTE_TAKER = "note-taker"


class Duty(Model):
    """What somebody does for an edition, until a day; ``edition`` empty means for the organization as a whole."""

    person = fields.Reference("conference.Person", related_name="duties", on_delete=fields.OnDelete.CASCADE)
    edition = fields.Reference("conference.Edition", related_name="duties", null=True)
    duty = fields.Choice(Duties)
    until = fields.Day(null=True)
    made = fields.Moment()

    class Meta:
        table = "duty"
        unique_together = (("person", "edition", "duty"),)


class Participation(Model):
    """Somebody took part: checked in, or vouched for by a chapter. What participants may read hangs on this row."""

    person = fields.Reference("conference.Person", related_name="participations", on_delete=fields.OnDelete.CASCADE)
    edition = fields.Reference("conference.Edition", related_name="participations")
    how = fields.Short(40)
    made = fields.Moment()

    class Meta:
        table = "participation"
        unique_together = (("person", "edition"),)


class Organization(Model):
    """The network behind the editions; one row. ``sponsor`` receives donations for it in law."""

    name = fields.Short(200)
    short_name = fields.Short(40)
    tagline = fields.Json()
    mail = fields.Short(254)
    hotline = fields.Short(40, default="")
    sponsor = fields.Json(default=dict)  # {"name", "lines": [...], "number", "wording": {"en", "es"}}

    class Meta:
        table = "organization"


class Chapter(Model):
    """A local group of the network, as the contact page shows it."""

    name = fields.Short(120)
    city = fields.Short(120)
    phone = fields.Short(40)
    mail = fields.Short(254)
    about = fields.Json(default=dict)
    place = fields.Number(default=100)

    class Meta:
        table = "chapter"


class MessageState(StrEnum):
    """waiting: nobody has passed it on yet; passed: a letter goes to whom it is for; dropped: its words are gone."""

    WAITING = "waiting"
    PASSED = "passed"
    DROPPED = "dropped"


class ContactMessage(Model):
    """What somebody wrote to a chapter, or to the network where ``chapter`` is empty. Nobody is sent it before an organizer passes it on.

    The row goes thirty days after it was written, whatever became of it. ``once`` makes of a form sent twice one message.
    """

    chapter = fields.Reference("conference.Chapter", null=True, on_delete=fields.OnDelete.SET_NULL)
    state = fields.Choice(MessageState, default=MessageState.WAITING)
    language = fields.Short(8)
    name = fields.Internal(purpose="a message you wrote to us", days=30, after="entry", scope="account")
    reach = fields.Internal(purpose="a message you wrote to us", days=30, after="entry", scope="account")
    reach_blind = fields.Blind(of="reach")
    words = fields.Internal(purpose="a message you wrote to us", days=30, after="entry", scope="account")
    once = fields.Short(40, unique=True)
    made = fields.Moment()
    ended = fields.Moment(null=True)
    by = fields.Uuid(null=True)

    class Meta:
        table = "contact_message"
        indexes = [("state", "made"), ("made",)]


class ResourceKind(StrEnum):
    FLYER = "flyer"
    PALM_CARD = "palm-card"
    PAMPHLET = "pamphlet"
    BOOKLET = "booklet"
    BANNER = "banner"


class Resource(Model):
    """Something to print and hand out, with its files; visitors see it while it is ``public``."""

    slug = fields.Short(60, unique=True)
    kind = fields.Choice(ResourceKind)
    title = fields.Json()
    about = fields.Json(default=dict)
    public = fields.Flag(default=False)
    made = fields.Moment()

    class Meta:
        table = "resource"


class ResourceFile(Model):
    """One version of a resource in one language. ``version`` counts on within these, also over versions taken back (``gone``).

    The bytes are a blob of this row, ``digest`` is theirs; ``sent`` is the digest of what was uploaded, before its metadata was taken out.
    """

    resource = fields.Reference("conference.Resource", related_name="files", on_delete=fields.OnDelete.CASCADE)
    language = fields.Short(8)
    version = fields.Number()
    name = fields.Short(120)
    media_type = fields.Short(80)
    size = fields.Number()
    pages = fields.Number(null=True)
    digest = fields.Short(64)
    sent = fields.Short(64)
    made = fields.Moment()
    by = fields.Uuid(null=True)
    gone = fields.Moment(null=True)

    class Meta:
        table = "resource_file"
        unique_together = (("resource", "language", "version"),)


class AdoptedText(Model):
    """A versioned text in points: the points of unity, or the conference's call, whose points are paragraphs without a title.

    Endorsements and sessions name a version; a new one never changes those before it.
    """

    edition = fields.Reference("conference.Edition", related_name="adopted_texts")
    kind = fields.Short(40, default="unity")
    version = fields.Number(default=1)
    title = fields.Json()
    intro = fields.Json(default=dict)
    points = fields.Json()  # [{"title": {...}, "text": {...}}, ...]; a title may be missing
    note = fields.Json(default=dict)
    adopted = fields.Day(null=True)
    published = fields.Moment(null=True)

    class Meta:
        table = "adopted_text"
        unique_together = (("edition", "kind", "version"),)
