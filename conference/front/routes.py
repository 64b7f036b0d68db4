from conference.core.web import anyone, page
from conference.front import pages

routes = [
    page("/", pages.home, allow=anyone, ready="site"),
    page("/healthz", pages.alive, allow=anyone),
]
