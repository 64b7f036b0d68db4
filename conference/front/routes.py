from conference.core.web import anyone, page, signed_in
from conference.front import machines, pages

routes = [
    page("/", pages.home, allow=anyone, ready="site"),
    page("/network", pages.network, allow=anyone, ready="site"),
    page("/contact", pages.contact, allow=anyone, ready="site"),
    page("/news", pages.news, allow=anyone, ready="site"),
    page("/subscribe", pages.subscribe, allow=anyone, ready="site"),
    page("/held", pages.held, allow=anyone, ready="site"),
    page("/my", pages.my, allow=signed_in),
    page("/healthz", machines.alive, allow=anyone),
    page("/readyz", machines.in_order, allow=anyone),
    page("/metrics", machines.metrics, allow=machines.machines_of_ours),
]
