"""All timed work."""

from conference.core.jobs import every

RECURRING = {
    "people.forget_old": every(hours=24),
}
