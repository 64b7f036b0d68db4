from conference.core.web import anyone, page
from conference.editions.access import duty
from conference.privacy import office, pages

BOTH = ("GET", "POST")

routes = [
    page("/my-data", pages.my_data, allow=anyone),
    page("/my-data/code", pages.open_by_code, allow=anyone, methods=("POST",)),
    page("/my-data/copy.json", pages.copy_for_programs, allow=anyone, methods=("POST",)),
    page("/my-data/copy.html", pages.copy_for_people, allow=anyone, methods=("POST",)),
    page("/my-data/erasure", pages.erase, allow=anyone, methods=BOTH),
    page("/my-data/erased", pages.erased, allow=anyone),
    page("/office/{edition:edition}/privacy/", office.gone, allow=duty("organizer")),
]
