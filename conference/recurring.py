"""All timed work."""

from conference.core.jobs import every

RECURRING = {
    "people.forget_old": every(hours=24),
    "payments.reconcile": every(minutes=10),
}
