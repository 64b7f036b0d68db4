from conference.core.web import anyone, page
from conference.editions import office, pages
from conference.editions.access import duty
from conference.editions.office.resources import LARGEST_FORM

HERE = "edition:{edition}"
OFFICE = "/office/{edition:edition}/editions"
NETWORK = "/office/editions"  # these take a duty for the whole organization
BOTH = ("GET", "POST")
editor, organizer, just_proved = duty("editor"), duty("organizer"), duty("organizer", fresh=True)

routes = [
    page("/{edition:edition}/", pages.home, allow=anyone, ready=HERE),
    page("/{edition:edition}/about", pages.about, allow=anyone, ready=HERE),
    page("/{edition:edition}/proposals", pages.proposals, allow=anyone, ready=HERE),
    page("/{edition:edition}/travel", pages.travel, allow=anyone, ready=HERE),
    page("/{edition:edition}/unity", pages.unity, allow=anyone, ready=HERE),
    page("/contact/write", pages.write, allow=anyone, methods=BOTH),
    page("/contact/written", pages.written, allow=anyone, ready="site"),
    page("/contact/{chapter:uuid}", pages.write_to_chapter, allow=anyone, methods=BOTH),
    page("/resources", pages.resources, allow=anyone, ready="site"),
    page("/resources/in/{language}", pages.resources, allow=anyone, ready="site", name="editions.resources_in"),
    page("/resources/{slug}", pages.resource, allow=anyone, ready="site"),
    page("/resources/{slug}/{version:int}/{name}", pages.resource_file, allow=anyone),
    page(f"{OFFICE}/pages", office.pages, allow=editor),
    page(f"{OFFICE}/pages/{{slug}}", office.page, allow=editor, methods=BOTH),
    page(f"{OFFICE}/pages/{{slug}}/publication", office.publish_page, allow=editor, methods=("POST",)),
    page(f"{OFFICE}/call", office.call, allow=editor, methods=BOTH),
    page(f"{OFFICE}/facts", office.facts, allow=organizer, methods=BOTH),
    page(f"{OFFICE}/duties", office.duties, allow=just_proved, methods=BOTH),
    page(f"{OFFICE}/duties/{{duty:uuid}}/end", office.end_duty, allow=just_proved, methods=BOTH),
    page(f"{NETWORK}/new", office.new_edition, allow=organizer, methods=BOTH),
    page(f"{NETWORK}/organization", office.organization, allow=organizer, methods=BOTH),
    page(f"{NETWORK}/chapters/new", office.new_chapter, allow=organizer, methods=BOTH),
    page(f"{NETWORK}/chapters/{{chapter:uuid}}", office.chapter, allow=organizer, methods=BOTH),
    page(f"{NETWORK}/chapters/{{chapter:uuid}}/removal", office.remove_chapter, allow=organizer, methods=("POST",)),
    page(f"{NETWORK}/messages", office.messages, allow=organizer),
    page(f"{NETWORK}/messages/{{message:uuid}}", office.message, allow=organizer),
    page(f"{NETWORK}/messages/{{message:uuid}}/opening", office.open_message, allow=just_proved, methods=("POST",)),
    page(f"{NETWORK}/messages/{{message:uuid}}/passing", office.pass_on, allow=organizer, methods=("POST",)),
    page(f"{NETWORK}/messages/{{message:uuid}}/removal", office.drop_message, allow=organizer, methods=("POST",)),
    page(f"{NETWORK}/resources", office.resources, allow=editor),
    page(f"{NETWORK}/resources/new", office.new_resource, allow=editor, methods=BOTH),
    page(f"{NETWORK}/resources/{{slug}}", office.resource, allow=editor, methods=BOTH),
    page(f"{NETWORK}/resources/{{slug}}/publication", office.publish_resource, allow=editor, methods=("POST",)),
    page(f"{NETWORK}/resources/{{slug}}/withdrawal", office.withdraw_resource, allow=editor, methods=("POST",)),
    page(f"{NETWORK}/resources/{{slug}}/files/new", office.add_file, allow=editor, methods=BOTH, largest=LARGEST_FORM),
    page(f"{NETWORK}/resources/{{slug}}/files/{{file:uuid}}", office.file, allow=editor),
    page(f"{NETWORK}/resources/{{slug}}/files/{{file:uuid}}/removal", office.take_back, allow=editor, methods=("POST",)),
    page(f"{NETWORK}/pages", office.pages, allow=editor, name="editions.office.network_pages"),
    page(f"{NETWORK}/pages/{{slug}}", office.page, allow=editor, methods=BOTH, name="editions.office.network_page"),
    page(f"{NETWORK}/pages/{{slug}}/publication", office.publish_page, allow=editor, methods=("POST",), name="editions.office.network_publish_page"),
    page(f"{NETWORK}/duties", office.duties, allow=just_proved, methods=BOTH, name="editions.office.network_duties"),
    page(f"{NETWORK}/duties/{{duty:uuid}}/end", office.end_duty, allow=just_proved, methods=BOTH, name="editions.office.network_end_duty"),
]
