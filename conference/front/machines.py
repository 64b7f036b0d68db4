"""What machines ask: is it alive, is it in order, how is it doing."""

import hmac

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from conference.core.errors import NotFound
from conference.core.jobs import Job, JobState
from conference.core.mail import Letter, LetterState
from conference.core.running import running
from conference.front import health


async def alive(request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def in_order(request: Request) -> Response:
    """200 when database and keys are there, 503 with the names of what is not."""
    wrong = [name for name, fine, _sentence in await health.essentials() if not fine]
    return PlainTextResponse("ok\n" if not wrong else f"not in order: {', '.join(wrong)}\n", 503 if wrong else 200)


async def machines_of_ours(request: Request) -> None:
    """A rule: from this machine itself, or with the token. Others do not learn that the page exists."""
    token = running().settings.metrics_token.get_secret_value()
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    here = request.client is not None and request.client.host in ("127.0.0.1", "::1") and "x-forwarded-for" not in request.headers
    if not here and not (token and hmac.compare_digest(token.encode(), given.encode())):
        raise NotFound()


async def metrics(request: Request) -> Response:
    from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
    from prometheus_client.process_collector import ProcessCollector

    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    jobs = Gauge("conference_jobs", "Jobs by state", ["state"], registry=registry)
    for state in JobState:
        jobs.labels(str(state)).set(await Job.filter(state=state).count())
    letters = Gauge("conference_letters", "Letters by state", ["state"], registry=registry)
    for letter_state in LetterState:
        letters.labels(str(letter_state)).set(await Letter.filter(state=letter_state).count())
    ready = Counter("conference_ready_answers", "Public pages and feeds answered from memory", ["route", "status"], registry=registry)
    for (pattern, status), count in running().parts.get("ready.answers", {}).items():
        ready.labels(pattern, str(status)).inc(count)
    Gauge("conference_writers_waiting", "Requests waiting to write", registry=registry).set(running().writers.waiting)
    return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")
