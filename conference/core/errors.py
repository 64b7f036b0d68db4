"""Refusals that a page may show to a person. Anything else is a bug and becomes a 500."""

from conference.core.i18n import _


class Refused(Exception):
    """The rules say no. ``message`` is fit to be read by anyone; ``field`` names the form field it belongs to, if one."""

    status = 409

    def __init__(self, message: str = "", field: str | None = None) -> None:
        self.message, self.field = message or self.sentence(), field
        super().__init__(self.message)

    def sentence(self) -> str:
        return _("This cannot be done.")


class NotFound(Refused):
    status = 404

    def sentence(self) -> str:
        return _("There is no such page. The address may be mistyped, or what was here is gone.")


class NotAllowed(Refused):
    status = 403

    def sentence(self) -> str:
        return _("Your duties do not include this page. Ask an organizer if they should.")


class SignInNeeded(Refused):
    status = 401

    def sentence(self) -> str:
        return _("Please sign in to go on.")


class ProofNeeded(SignInNeeded):
    """Signed in, but who it is has to be proved once more."""

    def sentence(self) -> str:
        return _("Please show once more that it is you, to go on.")


class Malformed(Refused):
    status = 400

    def sentence(self) -> str:
        return _("What was sent could not be read. Go back, reload the page and try again.")


class WrongMethod(Refused):
    status = 405

    def sentence(self) -> str:
        return _("This address takes no such request. Go back and use the buttons of the page.")


class WrongOrigin(Refused):
    status = 403

    def sentence(self) -> str:
        return _("This form did not come from one of our pages, or it was open too long. Go back, reload the page and send it again.")


class TooLarge(Refused):
    status = 413

    def sentence(self) -> str:
        return _("That is more than this page can take. Shorten the text or choose a smaller file, and send it again.")


class TooMany(Refused):
    status = 429

    def sentence(self) -> str:
        return _("That was tried too often. Please wait a few minutes and try again.")


class Gone(Refused):
    status = 410

    def sentence(self) -> str:
        return _("This was here once and is no longer.")


class Over(Refused):
    status = 410

    def sentence(self) -> str:
        return _("What we kept for this was deleted on its day, as promised. Nothing can be added to it any more.")


class Busy(Refused):
    status = 503

    def sentence(self) -> str:
        return _("Very many people are here at this moment. Nothing was lost: please try again in a few seconds.")


class Broken(Refused):
    """A bug of ours, told to the person who met it."""

    status = 500

    def sentence(self) -> str:
        return _("Something went wrong on our side. It was noted. Please try again in a few minutes.")


class Unavailable(Refused):
    status = 503

    def sentence(self) -> str:
        return _("We cannot reach our records at this moment. Nothing was lost: please try again in a minute.")


def place_of(error: BaseException) -> str:
    """File and line of the deepest frame of our own; fit for a log, because it holds no value."""
    place, trace = "", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if "/conference/" in file:
            place = f"{file.rsplit('/conference/', 1)[1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
