from conference.core.web import anyone, page
from conference.people import pages

routes = [
    page("/sign-in", pages.sign_in, allow=anyone, methods=("GET", "POST")),
    page("/sign-in/now", pages.use_link, allow=anyone, methods=("GET", "POST")),
    page("/sign-in/{token}", pages.open_link, allow=anyone),
    page("/sign-out", pages.sign_out, allow=anyone, methods=("GET", "POST")),
]
