"""All timed work."""

from conference.core.jobs import every

RECURRING = {
    "people.forget_old": every(hours=24),
    "editions.turn_the_page": every(hours=1),
    "office.record_keys": every(hours=24),
    "privacy.purge": every(hours=24),
    "payments.reconcile": every(minutes=10),
    "registration.release_expired_holds": every(minutes=1),
    "registration.end_offers": every(minutes=5),
    "registration.recount": every(hours=1),
    "agenda.announce_days": every(minutes=10),
    "agenda.let_go_of_ended": every(hours=6),
}
