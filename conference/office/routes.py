from conference.core.web import page
from conference.editions.access import any_duty, any_duty_anywhere, duty
from conference.office import pages

organizer, just_proved = duty("organizer"), duty("organizer", fresh=True)  # of the whole organization, as these addresses name no edition

routes = [
    page("/office/", pages.home, allow=any_duty_anywhere),
    page("/office/outbox", pages.outbox, allow=organizer),
    page("/office/outbox/letters/{letter:uuid}", pages.letter, allow=just_proved),
    page("/office/outbox/letters/{letter:uuid}/html", pages.letter_html, allow=just_proved),
    page("/office/outbox/jobs/{job:uuid}/again", pages.run_again, allow=organizer, methods=("POST",)),
    page("/office/backup", pages.backup, allow=organizer),
    page("/office/people", pages.people, allow=organizer),
    page("/office/people/{person:uuid}/second-step", pages.second_step, allow=just_proved, methods=("GET", "POST")),
    page("/office/{edition:edition}/", pages.edition_home, allow=any_duty),
]
