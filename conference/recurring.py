"""All timed work."""

from conference.core.jobs import every

RECURRING = {
    "people.forget_old": every(hours=24),
    "editions.turn_the_page": every(hours=1),
    "editions.forget_messages": every(hours=6),
    "office.record_keys": every(hours=24),
    "privacy.purge": every(hours=24),
    "payments.reconcile": every(minutes=10),
    "registration.release_expired_holds": every(minutes=1),
    "registration.end_offers": every(minutes=5),
    "registration.end_exports": every(hours=1),
    "registration.remove_old_printouts": every(minutes=10),
    "registration.recount": every(hours=1),
    "registration.add_up": every(minutes=10),
    "housing.remind": every(hours=1),
    "housing.let_lapse": every(minutes=10),
    "housing.end_stays": every(hours=1),
    "housing.let_go": every(hours=24),
    "endorsements.forget_drafts": every(hours=24),
    "endorsements.make_files": every(minutes=10),
    "agenda.announce_days": every(minutes=10),
    "agenda.let_go_of_ended": every(hours=6),
}
