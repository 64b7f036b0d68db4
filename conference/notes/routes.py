import conference.agenda.access  # noqa: F401  knows {code:code}
from conference.core.web import anyone, page, signed_in
from conference.editions.access import duty
from conference.notes import office, pages

HERE = "edition:{edition}"
SESSION = "/{edition:edition}/sessions/{code:code}/notes"
OFFICE = "/office/{edition:edition}/notes/{code:code}"
BOTH = ("GET", "POST")

routes = [
    page("/{edition:edition}/notes", pages.released, allow=anyone, ready=HERE),
    page("/{edition:edition}/report.pdf", pages.report, allow=anyone, ready=HERE, feed=True),
    page("/{edition:edition}/my/notes", pages.mine, allow=signed_in),
    page(SESSION, pages.sheet, allow=anyone, ready=HERE),
    page(SESSION + ".pdf", pages.pdf, allow=anyone, ready=HERE, feed=True),
    page(SESSION + "/all", pages.inner, allow=signed_in),
    page(SESSION + "/write", pages.write, allow=signed_in, methods=BOTH),
    page(SESSION + "/preview.pdf", pages.preview, allow=signed_in),
    page(SESSION + "/operations", pages.exchange, allow=signed_in, methods=BOTH, name="notes.operations"),
    page(SESSION + "/submission", pages.submission, allow=signed_in, methods=BOTH),
    page(SESSION + "/blocks/{block:uuid}/restoring", pages.restoring, allow=signed_in, methods=("POST",)),
    page(SESSION + "/reopening", pages.reopening, allow=signed_in, methods=("POST",)),
    page("/office/{edition:edition}/notes/", office.sheets, allow=duty("editor")),
    page(OFFICE, office.sheet, allow=duty("editor")),
    page(OFFICE + "/writers", office.writers, allow=duty("editor"), methods=("POST",)),
    page(OFFICE + "/writers/{writer:uuid}/end", office.take_off, allow=duty("editor"), methods=("POST",)),
    page(OFFICE + "/language", office.language, allow=duty("editor"), methods=("POST",)),
    page(OFFICE + "/release", office.release, allow=duty("editor"), methods=("POST",)),
    page(OFFICE + "/correction", office.correction, allow=duty("editor"), methods=("POST",)),
    page(OFFICE + "/withdrawal", office.withdrawal, allow=duty("editor"), methods=("POST",)),
]
