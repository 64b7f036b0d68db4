from conference.core.web import anyone, page
from conference.editions import office, pages
from conference.editions.access import duty

HERE = "edition:{edition}"
OFFICE = "/office/{edition:edition}/editions"
NETWORK = "/office/editions"  # these take a duty for the whole organization
BOTH = ("GET", "POST")
editor, organizer = duty("editor"), duty("organizer")

routes = [
    page("/{edition:edition}/", pages.home, allow=anyone, ready=HERE),
    page("/{edition:edition}/about", pages.about, allow=anyone, ready=HERE),
    page("/{edition:edition}/proposals", pages.proposals, allow=anyone, ready=HERE),
    page("/{edition:edition}/travel", pages.travel, allow=anyone, ready=HERE),
    page("/{edition:edition}/housing", pages.housing, allow=anyone, ready=HERE),
    page("/{edition:edition}/donate", pages.donate, allow=anyone, ready=HERE),
    page("/{edition:edition}/unity", pages.unity, allow=anyone, ready=HERE),
    page(f"{OFFICE}/pages", office.pages, allow=editor),
    page(f"{OFFICE}/pages/{{slug}}", office.page, allow=editor, methods=BOTH),
    page(f"{OFFICE}/pages/{{slug}}/publication", office.publish_page, allow=editor, methods=("POST",)),
    page(f"{OFFICE}/call", office.call, allow=editor, methods=BOTH),
    page(f"{OFFICE}/facts", office.facts, allow=organizer, methods=BOTH),
    page(f"{OFFICE}/duties", office.duties, allow=organizer, methods=BOTH),
    page(f"{OFFICE}/duties/{{duty:uuid}}/end", office.end_duty, allow=organizer, methods=("POST",)),
    page(f"{NETWORK}/new", office.new_edition, allow=organizer, methods=BOTH),
    page(f"{NETWORK}/organization", office.organization, allow=organizer, methods=BOTH),
    page(f"{NETWORK}/chapters/new", office.new_chapter, allow=organizer, methods=BOTH),
    page(f"{NETWORK}/chapters/{{chapter:uuid}}", office.chapter, allow=organizer, methods=BOTH),
    page(f"{NETWORK}/chapters/{{chapter:uuid}}/removal", office.remove_chapter, allow=organizer, methods=("POST",)),
    page(f"{NETWORK}/pages", office.pages, allow=editor, name="editions.office.network_pages"),
    page(f"{NETWORK}/pages/{{slug}}", office.page, allow=editor, methods=BOTH, name="editions.office.network_page"),
    page(f"{NETWORK}/pages/{{slug}}/publication", office.publish_page, allow=editor, methods=("POST",), name="editions.office.network_publish_page"),
    page(f"{NETWORK}/duties", office.duties, allow=organizer, methods=BOTH, name="editions.office.network_duties"),
    page(f"{NETWORK}/duties/{{duty:uuid}}/end", office.end_duty, allow=organizer, methods=("POST",), name="editions.office.network_end_duty"),
]
