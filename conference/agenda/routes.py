from conference.agenda import access as access
from conference.agenda import pages
from conference.agenda.office import contributors, overview, parts, placements, releases, sessions
from conference.core.web import anyone, page, signed_in
from conference.editions.access import duty

READY = "edition:{edition}"
BOTH = ("GET", "POST")
OFFICE = "/office/{edition:edition}/agenda"
editor = duty("editor")

routes = [
    page("/{edition:edition}/schedule", pages.schedule, allow=anyone, ready=READY),
    page("/{edition:edition}/sessions/{code:code}", pages.session, allow=anyone, ready=READY),
    page("/{edition:edition}/my/schedule", pages.my_schedule, allow=signed_in),
    page("/{edition:edition}/my/sessions/{code:code}", pages.my_session, allow=signed_in),
    page("/{edition:edition}/schedule.ics", pages.schedule_ics, allow=anyone, ready=READY, feed=True),
    page("/{edition:edition}/schedule.xml", pages.schedule_xml, allow=anyone, ready=READY, feed=True),
    page("/{edition:edition}/schedule.json", pages.schedule_json, allow=anyone, ready=READY, feed=True),
    page("/{edition:edition}/programme.pdf", pages.programme, allow=anyone, ready=READY, feed=True),
    page("/{edition:edition}/tracks/{slug}.ics", pages.track_ics, allow=anyone, ready=READY, feed=True),
    page("/{edition:edition}/rooms/{slug}.ics", pages.room_ics, allow=anyone, ready=READY, feed=True),
    page("/{edition:edition}/sessions/{code:code}.ics", pages.session_ics, allow=anyone, ready=READY, feed=True),
    page("/schedule.ics", pages.days_ics, allow=anyone, ready="site", feed=True),
    page(OFFICE + "/", overview.sessions, allow=editor),
    page(OFFICE + "/sessions/new", sessions.new_session, allow=editor, methods=BOTH),
    page(OFFICE + "/sessions/{code:code}", sessions.session, allow=editor, methods=BOTH),
    page(OFFICE + "/sessions/{code:code}/removal", sessions.remove_session, allow=editor, methods=("POST",)),
    page(OFFICE + "/sessions/{code:code}/placements/new", placements.place, allow=editor, methods=BOTH),
    page(OFFICE + "/sessions/{code:code}/contributors/new", contributors.name_contributor, allow=editor, methods=BOTH),
    page(OFFICE + "/contributions/{id:uuid}", contributors.contribution, allow=editor, methods=BOTH),
    page(
        OFFICE + "/contributions/{id:uuid}/removal", contributors.remove_contribution, allow=editor, methods=("POST",)
    ),
    page(OFFICE + "/placements/{id:uuid}", placements.placement, allow=editor, methods=BOTH),
    page(OFFICE + "/placements/{id:uuid}/cancellation", placements.cancel, allow=editor, methods=("POST",)),
    page(OFFICE + "/placements/{id:uuid}/restoration", placements.restore, allow=editor, methods=("POST",)),
    page(OFFICE + "/placements/{id:uuid}/removal", placements.unplace, allow=editor, methods=("POST",)),
    page(OFFICE + "/rooms/new", parts.new_room, allow=editor, methods=BOTH),
    page(OFFICE + "/rooms/{slug}", parts.room, allow=editor, methods=BOTH),
    page(OFFICE + "/rooms/{slug}/removal", parts.remove_room, allow=editor, methods=("POST",)),
    page(OFFICE + "/tracks/new", parts.new_track, allow=editor, methods=BOTH),
    page(OFFICE + "/tracks/{slug}", parts.track, allow=editor, methods=BOTH),
    page(OFFICE + "/tracks/{slug}/removal", parts.remove_track, allow=editor, methods=("POST",)),
    page(OFFICE + "/release", releases.release, allow=editor, methods=BOTH),
    page(OFFICE + "/releases/{version:int}/rollback", releases.roll_back, allow=editor, methods=("POST",)),
]
