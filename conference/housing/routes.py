from conference.core.web import anyone, page
from conference.editions.access import duty
from conference.housing import office
from conference.housing.pages import asking, own, stays

BOTH, POST = ("GET", "POST"), ("POST",)
HERE = "/{edition:edition}/housing"
REQUEST, OFFER, STAY = f"{HERE}/requests/{{row:uuid}}", f"{HERE}/offers/{{row:uuid}}", f"{HERE}/stays/{{stay:uuid}}/{{side}}"
OFFICE = "/office/{edition:edition}/housing"
coordinator, just_proved = duty("housing"), duty("housing", fresh=True)

routes = [
    page(HERE, asking.home, allow=anyone, ready="edition:{edition}"),
    page(f"{HERE}/request", asking.request_beds, allow=anyone, methods=BOTH),
    page(f"{HERE}/offer", asking.offer_beds, allow=anyone, methods=BOTH),
    page(f"{HERE}/orders/{{code}}", asking.for_order, allow=anyone),
    page(f"{HERE}/mine", own.mine, allow=anyone, methods=BOTH),
    page(REQUEST, own.own_request, allow=anyone),
    page(f"{REQUEST}/withdrawal", own.withdraw_request, allow=anyone, methods=POST),
    page(f"{REQUEST}/{{secret}}", own.request_link, allow=anyone),
    page(OFFER, own.own_offer, allow=anyone),
    page(f"{OFFER}/street", own.street, allow=anyone, methods=BOTH),
    page(f"{OFFER}/withdrawal", own.withdraw_offer, allow=anyone, methods=POST),
    page(f"{OFFER}/{{secret}}", own.offer_link, allow=anyone),
    page(STAY, stays.stay, allow=anyone),
    page(f"{STAY}/yes", stays.say_yes, allow=anyone, methods=POST),
    page(f"{STAY}/no", stays.say_no, allow=anyone, methods=POST),
    page(f"{STAY}/card", stays.card, allow=anyone, methods=POST),
    page(f"{STAY}/arrival", stays.arrived, allow=anyone, methods=POST),
    page(f"{STAY}/leaving", stays.leaving, allow=anyone, methods=POST),
    page(f"{STAY}/{{button}}", stays.back, allow=anyone),
    page(f"{OFFICE}/", office.board, allow=coordinator),
    page(f"{OFFICE}/requests", office.requests, allow=coordinator),
    page(f"{OFFICE}/requests/new", office.new_request, allow=coordinator, methods=BOTH),
    page(f"{OFFICE}/requests/{{code}}", office.party, allow=coordinator),
    page(f"{OFFICE}/requests/{{code}}/placing", office.place, allow=coordinator, methods=POST),
    page(f"{OFFICE}/requests/{{code}}/withdrawal", office.withdraw_request, allow=coordinator, methods=POST),
    page(f"{OFFICE}/requests/{{code}}/reveal/{{column}}", office.reveal_party, allow=just_proved, methods=POST),
    page(f"{OFFICE}/offers", office.offers, allow=coordinator),
    page(f"{OFFICE}/offers/new", office.new_offer, allow=coordinator, methods=BOTH),
    page(f"{OFFICE}/offers/{{code}}", office.host, allow=coordinator),
    page(f"{OFFICE}/offers/{{code}}/vetting", office.vet, allow=coordinator, methods=POST),
    page(f"{OFFICE}/offers/{{code}}/withdrawal", office.withdraw_offer, allow=coordinator, methods=POST),
    page(f"{OFFICE}/offers/{{code}}/reveal/{{column}}", office.reveal_host, allow=just_proved, methods=POST),
    page(f"{OFFICE}/stays/{{stay:uuid}}/{{side}}/yes", office.yes_for, allow=coordinator, methods=POST),
    page(f"{OFFICE}/stays/{{stay:uuid}}/{{side}}/no", office.no_for, allow=coordinator, methods=POST),
    page(f"{OFFICE}/stays/{{stay:uuid}}/end", office.call_off, allow=coordinator, methods=POST),
]
