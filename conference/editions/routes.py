from conference.core.web import anyone, page
from conference.editions import office, pages
from conference.editions.access import duty

HERE = "edition:{edition}"

routes = [
    page("/{edition:edition}/", pages.home, allow=anyone, ready=HERE),
    page("/{edition:edition}/about", pages.about, allow=anyone, ready=HERE),
    page("/{edition:edition}/proposals", pages.proposals, allow=anyone, ready=HERE),
    page("/{edition:edition}/travel", pages.travel, allow=anyone, ready=HERE),
    page("/{edition:edition}/housing", pages.housing, allow=anyone, ready=HERE),
    page("/{edition:edition}/endorse", pages.endorse, allow=anyone, ready=HERE),
    page("/{edition:edition}/donate", pages.donate, allow=anyone, ready=HERE),
    page("/{edition:edition}/unity", pages.unity, allow=anyone, ready=HERE),
    page("/office/{edition:edition}/editions/pages", office.pages, allow=duty("editor")),
    page("/office/{edition:edition}/editions/pages/{slug}", office.page, allow=duty("editor"), methods=("GET", "POST")),
    page("/office/{edition:edition}/editions/pages/{slug}/publication", office.publish_page, allow=duty("editor"), methods=("POST",)),
    page("/office/{edition:edition}/editions/facts", office.facts, allow=duty("organizer"), methods=("GET", "POST")),
    page("/office/{edition:edition}/editions/duties", office.duties, allow=duty("organizer"), methods=("GET", "POST")),
    page("/office/{edition:edition}/editions/duties/{duty}/end", office.end_duty, allow=duty("organizer"), methods=("POST",)),
]
