"""The public room, the forms, and the way to them from a registration."""

import pytest

from conference.core import codes, sealing
from conference.core.db import transaction
from conference.editions.actions import publish_page, write_page
from conference.housing import actions
from conference.housing.models import BedOffer, BedRequest
from conference.registration import actions as registration
from conference.registration import queries as orders
from tests.hostile import TEXTS, URLENCODED, as_shown, form_body
from tests.housing.conftest import GUEST, HOST, once_of

WORDS = {"en": {"title": "Sleep in town", "body": "Bring **slippers**."}, "es": {"title": "Dormir aquí", "body": "Traiga **pantuflas**."}}
FORMS = [("/2027/housing/request", GUEST, BedRequest), ("/2027/housing/offer", HOST, BedOffer)]


# The room


async def test_the_room_has_the_organizers_words_and_two_doors(house, visitor):
    await publish_page(await write_page(house.edition, "housing", WORDS))
    page = await visitor.get("/2027/housing")
    said = [text in page.text for text in ("<h1>Sleep in town</h1>", "<strong>slippers</strong>", 'href="/2027/housing/request"', 'href="/2027/housing/offer"', 'href="/2027/housing/mine"')]
    assert (page.status_code, said, page.text.count("<h1")) == (200, [True] * 5, 1)
    assert "<h1>Dormir aquí</h1>" in (await visitor.get("/2027/housing?lang=es")).text
    assert "etag" in page.headers and "set-cookie" not in page.headers


async def test_before_any_words_are_written_it_says_how_it_works(house, visitor):
    page = (await visitor.get("/2027/housing")).text
    assert "<h1>Housing</h1>" in page and "by hand" in page and 'href="/2027/housing/request"' in page


async def test_once_it_is_over_only_the_words_are_left(house, visitor, fixed_clock):
    await publish_page(await write_page(house.edition, "housing", WORDS))
    fixed_clock.on(days=87)
    page = (await visitor.get("/2027/housing")).text
    assert ("slippers" in page, "/housing/request" in page, "/housing/offer" in page) == (True, False, False)
    for path, sent, model in FORMS:
        assert [(await visitor.get(path)).status_code, (await visitor.post(path, data=sent)).status_code, await model.all().count()] == [404, 404, 0]


async def test_the_page_about_travel_leads_here_until_it_is_over(house, visitor, fixed_clock):
    assert 'href="/2027/housing"' in (await visitor.get("/2027/travel")).text
    fixed_clock.on(days=87)
    assert 'href="/2027/housing"' not in (await visitor.get("/2027/travel?again=1")).text


# The forms


@pytest.mark.parametrize(("path", "sent", "model"), FORMS)
async def test_a_form_makes_one_row_and_leads_to_its_page_with_the_code(house, visitor, path, sent, model):
    form = await visitor.get(path)
    assert (form.status_code, form.headers["cache-control"], form.text.count('name="nights"')) == (200, "no-store", 4)
    answers = [await visitor.post(path, data=sent | {"once": once_of(form.text)}) for _twice in range(2)]
    row = await model.get()
    folder = "requests" if model is BedRequest else "offers"
    assert [(answer.status_code, answer.headers["location"]) for answer in answers] == [(303, f"/2027/housing/{folder}/{row.id}")] * 2
    page = await visitor.get(answers[0].headers["location"])
    code = sealing.open_one(row, "claim").claim
    assert codes.check(code) and f"<strong>{code}</strong>" in page.text and f"sms:?body={code}%202027" in page.text
    assert page.headers["cache-control"] == "no-store" and "Fri, Jul 23 – Sat, Jul 24" in page.text


async def test_what_was_ticked_is_kept_and_what_is_not_known_is_not(house, visitor):
    await visitor.post("/2027/housing/request", data=GUEST | {"needs": ["no-stairs", "floor", "gold"], "languages": ["es", "klingon"], "phone": "(312) 555-0101", "email": "Ana@Example.org"})
    row = await BedRequest.get()
    plain = sealing.open_one(row, "name", "needs", "languages", "phone", "email")
    assert (plain.name, plain.needs, plain.languages, plain.phone, plain.email) == ("Ana María", '["no-stairs", "floor"]', '["es"]', "3125550101", "Ana@example.org")
    await visitor.post("/2027/housing/offer", data=HOST | {"conditions": ["pets", "moat"], "floor": "3"})
    offer = await BedOffer.get()
    assert (offer.kinds, sealing.open_one(offer, "conditions", "neighborhood").conditions) == ({"bed": 2, "sofa": 1, "floor": 3}, '["pets"]')


WRONG = [
    ("/2027/housing/request", {"people": "0"}, "from 1 to 12"),
    ("/2027/housing/request", {"people": "50"}, "from 1 to 12"),
    ("/2027/housing/request", {"people": "-1"}, "from 1 to 12"),
    ("/2027/housing/request", {"people": "two"}, "whole number"),
    ("/2027/housing/request", {"people": "9" * 5_000}, "whole number"),
    ("/2027/housing/request", {"people": ""}, "fill this in"),
    ("/2027/housing/request", {"nights": []}, "at least one"),
    ("/2027/housing/request", {"nights": ["2027-07-26", "2026-07-23", "tomorrow", ""]}, "at least one"),
    ("/2027/housing/request", {"name": ""}, "fill this in"),
    ("/2027/housing/request", {"name": "\u200b\u2060"}, "can be read out"),
    ("/2027/housing/request", {"name": "x" * 61}, "at most 60"),
    ("/2027/housing/request", {"email": "ana"}, "look like an e-mail address"),
    ("/2027/housing/request", {"phone": "call me"}, "look like a telephone number"),
    ("/2027/housing/request", {"language": "xx"}, "choose one of these"),
    ("/2027/housing/request", {"order": "NOTONE"}, "can no longer open the registration"),
    ("/2027/housing/request", {"order": "x" * 99}, "at most 16"),
    ("/2027/housing/offer", {"beds": "0", "sofas": "0"}, "1 to 12 altogether"),
    ("/2027/housing/offer", {"beds": "12", "sofas": "12"}, "1 to 12 altogether"),
    ("/2027/housing/offer", {"beds": "13"}, "from 0 to 12"),
    ("/2027/housing/offer", {"beds": "many"}, "whole number"),
    ("/2027/housing/offer", {"neighborhood": ""}, "fill this in"),
    ("/2027/housing/offer", {"nights": ["2027-08-01"]}, "at least one"),
]  # fmt: skip


async def test_what_cannot_be_used_is_explained_and_the_words_are_kept(house, visitor):
    for path, wrong, said in WRONG:
        answer = await visitor.post(path, data=(GUEST if "request" in path else HOST) | {"note": "Kept words"} | wrong)
        assert answer.status_code == 422 and said in answer.text and "Kept words" in answer.text and 'role="alert"' in answer.text, wrong
    assert (await BedRequest.all().count(), await BedOffer.all().count()) == (0, 0)


async def test_whatever_people_type_comes_back_as_text(house, visitor):
    for what, (raw, kept) in TEXTS.items():
        body = form_body({name: value for name, value in GUEST.items() if name != "nights"}, name=raw, note=raw, nights="2027-07-23")
        answer = await visitor.post("/2027/housing/request", content=body, headers=URLENCODED)
        assert answer.status_code in ((303,) if kept else (303, 400)), what
        if kept:
            page = (await visitor.get(answer.headers["location"])).text
            assert as_shown(kept) in page.replace("&#x27;", "&#39;") and "<script>alert" not in page, what


@pytest.mark.parametrize(("path", "sent", "model"), FORMS)
async def test_files_and_nothing_are_refused(house, visitor, path, sent, model):
    empty = await visitor.post(path)
    files = await visitor.post(path, data={name: value for name, value in sent.items() if name != "name"}, files={"name": ("x.txt", b"x")})
    assert (empty.status_code, files.status_code, await model.all().count()) == (422, 422, 0)
    assert (await visitor.put(path)).status_code == 405


# Registered people


async def register(house, **facts):
    pool = await registration.create_pool(house.edition, slug="hall", title={"en": "Hall", "es": "Sala"}, size=5)
    ticket = await registration.create_ticket_type(house.edition, [pool], slug="free", title={"en": "Free", "es": "Libre"})
    return await registration.register(house.edition, ticket, badge_name="Ana", language="es", **facts)


async def test_from_ones_registration_to_beds_and_back_to_the_same_request(house, visitor):
    from conference.core import links

    order = await register(house, email="ana@example.org")
    await visitor.get(f"/2027/orders/{order.code}/{links.token(orders.ORDER_LINK, order.id, order.version)}")
    door = f"/2027/housing/orders/{order.code}"
    assert f'href="{door}"' in (await visitor.get(f"/2027/orders/{order.code}")).text
    form = await visitor.open(door)
    assert f'value="{order.code}"' in form.text and 'value="ana@example.org"' in form.text and "<legend>" in form.text
    await visitor.post("/2027/housing/request", data=GUEST | {"order": order.code})
    row = await BedRequest.get()
    assert (row.order_id, (await visitor.get(door)).headers["location"]) == (order.id, f"/2027/housing/requests/{row.id}")
    await actions.withdraw(row)
    assert (await visitor.get(door)).headers["location"] == f"/2027/housing/request?order={order.code}"


async def test_nobody_elses_registration_can_be_used(house, visitor, cast):
    order = await register(house)
    dov = await cast.browser("dov")
    for browser in (visitor, dov):
        found = [(await browser.get(path)).status_code for path in (f"/2027/housing/orders/{order.code}", "/2027/housing/orders/ZZZZZZ", "/2027/housing/orders/%00", f"/2027/housing/request?order={order.code}")]
        assert found == [404] * 4
        assert (await browser.post("/2027/housing/request", data=GUEST | {"order": order.code})).status_code == 422
    assert await BedRequest.all().count() == 0


async def test_a_cancelled_registration_asks_for_no_bed(house, cast):
    ada = await cast.browser("ada")
    order = await register(house, person=await cast.person("ada"))
    assert "/housing/orders/" in (await ada.get(f"/2027/orders/{order.code}")).text
    await registration.cancel(order)
    assert "/housing/orders/" not in (await ada.get(f"/2027/orders/{order.code}")).text
    assert (await ada.get(f"/2027/housing/orders/{order.code}")).status_code == 404


async def test_an_order_that_is_deleted_leaves_the_request(house):
    order = await register(house)
    row = await house.ask(order=order)
    async with transaction():
        await type(order).filter(id=order.id).delete()
    assert (await BedRequest.get(id=row.id)).order_id is None
