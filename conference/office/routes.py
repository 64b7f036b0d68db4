from conference.core.web import page
from conference.editions.access import any_duty, duty
from conference.office import pages

routes = [
    page("/office/", pages.home, allow=any_duty),
    page("/office/outbox", pages.outbox, allow=duty("organizer")),
    page("/office/outbox/letters/{letter}", pages.letter, allow=duty("organizer")),
    page("/office/outbox/letters/{letter}/html", pages.letter_html, allow=duty("organizer")),
    page("/office/outbox/jobs/{job}/again", pages.run_again, allow=duty("organizer"), methods=("POST",)),
    page("/office/letters", pages.letters, allow=duty("organizer")),
    page("/office/{edition:edition}/", pages.edition_home, allow=any_duty),
]
