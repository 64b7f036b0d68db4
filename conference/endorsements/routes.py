import conference.endorsements.access  # noqa: F401  knows {text:signable}
from conference.core.web import anyone, page
from conference.editions.access import duty
from conference.endorsements import office, pages

HERE = "edition:{edition}"
BOTH, POST = ("GET", "POST"), ("POST",)
ROOM = "/{edition:edition}/endorse"
MINE = ROOM + "/mine/{endorsement:uuid}"
OFFICE = "/office/{edition:edition}/endorsements"
CASE = OFFICE + "/{endorsement:uuid}"
editor, organizer, just_proved = duty("editor"), duty("organizer"), duty("editor", fresh=True)

routes = [
    page(ROOM, pages.endorse, allow=anyone, ready=HERE),
    page(f"{ROOM}/list", pages.listed, allow=anyone, ready=HERE),
    page(f"{ROOM}/letter.pdf", pages.letter, allow=anyone, ready=HERE, feed=True),
    page(f"{ROOM}/sent/{{by}}", pages.sent, allow=anyone, ready=HERE),
    page(f"{ROOM}/versions/{{version:uuid}}", pages.version, allow=anyone, ready=HERE),
    page(f"{ROOM}/link/{{secret}}", pages.link, allow=anyone),
    page(MINE, pages.mine, allow=anyone),
    page(f"{MINE}/confirmation", pages.confirm, allow=anyone, methods=POST),
    page(f"{MINE}/listing", pages.change, allow=anyone, methods=BOTH),
    page(f"{MINE}/version", pages.sign_anew, allow=anyone, methods=BOTH),
    page(f"{MINE}/withdrawal", pages.withdraw, allow=anyone, methods=BOTH),
    page(f"{ROOM}/{{text:signable}}", pages.sign, allow=anyone, methods=BOTH),
    page(f"{ROOM}/{{text:signable}}/organization", pages.sign_organization, allow=anyone, methods=BOTH),
    page(f"{ROOM}/{{text:signable}}/print", pages.printed, allow=anyone, ready=HERE),
    page(f"{ROOM}/{{text:signable}}/print.pdf", pages.printed_pdf, allow=anyone, ready=HERE, feed=True),
    page(f"{OFFICE}/", office.to_look_at, allow=editor),
    page(f"{OFFICE}/calls", office.to_call, allow=editor),
    page(f"{OFFICE}/duplicates", office.duplicates, allow=editor),
    page(f"{OFFICE}/all", office.everything, allow=editor),
    page(f"{OFFICE}/search", office.find, allow=editor, methods=POST),
    page(f"{OFFICE}/listed.csv", office.table, allow=editor),
    page(f"{OFFICE}/paper", office.take_down, allow=editor, methods=BOTH),
    page(CASE, office.case, allow=editor),
    page(f"{CASE}/reveal/{{column}}", office.reveal, allow=just_proved, methods=POST),
    page(f"{CASE}/acceptance", office.accept, allow=editor, methods=POST),
    page(f"{CASE}/refusal", office.refuse, allow=editor, methods=POST),
    page(f"{CASE}/merging", office.merge, allow=editor, methods=POST),
    page(f"{CASE}/call", office.confirm_call, allow=editor, methods=POST),
    page(f"{CASE}/vouching", office.vouch, allow=organizer, methods=POST),
    page(f"{CASE}/withdrawal", office.withdraw, allow=editor, methods=POST),
]
