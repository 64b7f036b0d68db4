from conference.core.web import page
from conference.editions.access import duty
from conference.letters import office

HERE = "/office/{edition:edition}/letters"
ONE = f"{HERE}/{{letter:uuid}}"
BOTH, POST = ("GET", "POST"), ("POST",)
organizer, registrar = duty("organizer"), duty("registrar")

routes = [
    page("/office/letters", office.everywhere, allow=organizer),
    page(HERE, office.letters, allow=registrar),
    page(f"{HERE}/new", office.new, allow=registrar, methods=BOTH),
    page(ONE, office.letter, allow=registrar),
    page(f"{ONE}/words", office.edit, allow=registrar, methods=BOTH),
    page(f"{ONE}/preview/{{language}}", office.preview, allow=registrar),
    page(f"{ONE}/start", office.start, allow=registrar, methods=POST),
    page(f"{ONE}/stop", office.stop, allow=registrar, methods=POST),
    page(f"{ONE}/pause", office.pause, allow=registrar, methods=POST),
    page(f"{ONE}/going-on", office.go_on, allow=registrar, methods=POST),
]
