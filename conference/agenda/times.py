"""Times as editors type them, in the edition's zone, as moments; and back."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from conference.core.errors import Refused
from conference.core.i18n import _

NIGHT_ENDS = time(6, 0)


class NoSuchHour(Refused):
    def sentence(self) -> str:
        return _("This hour does not exist on that day: the clocks go forward. Choose another one.")


class EndsBefore(Refused):
    def sentence(self) -> str:
        return _("It would end before it begins. Look at both times again.")


def span(day: date, starts: time, ends: time, zone: str) -> tuple[datetime, datetime]:
    """Beginning and end in UTC. An end before the beginning, until 6:00, is on the next day.

    Of an hour that comes twice the first is meant. Raises NoSuchHour and EndsBefore, with the field.
    """
    last = day + timedelta(days=1) if ends < starts and ends <= NIGHT_ENDS else day
    begin, end = _moment(day, starts, zone, "starts"), _moment(last, ends, zone, "ends")
    if end <= begin:
        raise EndsBefore(field="ends")
    return begin, end


def _moment(day: date, clock: time, zone: str, field: str) -> datetime:
    local = datetime.combine(day, clock, ZoneInfo(zone))
    moment = local.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchHour(field=field)
    return moment


def day_in(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def time_in(moment: datetime, zone: str) -> time:
    return moment.astimezone(ZoneInfo(zone)).time()
