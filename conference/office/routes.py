from conference.core.web import page
from conference.editions.access import any_duty, any_duty_anywhere, duty
from conference.office import pages

organizer = duty("organizer")  # of the whole organization, as these addresses name no edition

routes = [
    page("/office/", pages.home, allow=any_duty_anywhere),
    page("/office/outbox", pages.outbox, allow=organizer),
    page("/office/outbox/letters/{letter:uuid}", pages.letter, allow=organizer),
    page("/office/outbox/letters/{letter:uuid}/html", pages.letter_html, allow=organizer),
    page("/office/outbox/jobs/{job:uuid}/again", pages.run_again, allow=organizer, methods=("POST",)),
    page("/office/letters", pages.letters, allow=organizer),
    page("/office/{edition:edition}/", pages.edition_home, allow=any_duty),
]
