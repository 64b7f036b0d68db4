"""Choosing a ticket and the form."""

import gc
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from starlette.requests import Request

from conference.core import links, sealing
from conference.core.forms import Form
from conference.payments.actions import StripeAway
from conference.registration import actions, queries
from conference.registration.actions import paying
from conference.registration.models import Order, OrderState, PayBy, TicketType
from tests.agenda.counting import counting
from tests.registration.conftest import ANSWERS, once_of


async def test_the_tickets_are_shown_with_what_is_asked_first(house, visitor):
    page = await visitor.get("/2027/register")
    assert page.status_code == 200
    asked, seen, deleted = (page.text.index(words) for words in ("What we ask:", "Who sees it:", "When it is deleted:"))
    assert asked < seen < deleted < page.text.index("Ticket free")
    assert [page.text.count(words) for words in ("Pay what you can; most pay $20", "$150", "/2027/register/free", "All taken")] == [1, 1, 1, 0]


async def test_in_spanish_too(house, visitor):
    page = await visitor.get("/2027/register?lang=es")
    assert "Qué preguntamos:" in page.text and "Boleto free" in page.text and "Pague lo que pueda; la mayoría paga $20" in page.text


async def test_what_is_sold_out_leads_to_the_waiting_list(house, visitor):
    await house.resize(1)
    await house.register()
    page = await visitor.get("/2027/register")
    assert (page.text.count("All taken"), page.text.count('href="/2027/register/free/waiting"'), 'href="/2027/register/free"' in page.text) == (3, 1, False)
    form = await visitor.get("/2027/register/free")
    assert (form.status_code, "All places of this kind are taken" in form.text, 'name="badge_name"' in form.text) == (200, True, False)


async def test_an_edition_without_tickets_says_so(cast, visitor):
    await cast.edition()
    page = await visitor.get("/2027/register")
    assert page.status_code == 200 and "Registration is not open" in page.text


async def test_a_past_edition_says_so(house, visitor, fixed_clock):
    fixed_clock.on(days=90)
    page = await visitor.get("/2027/register")
    assert page.status_code == 200 and "This conference is over" in page.text and "Ticket free" not in page.text
    assert (await visitor.get("/2027/register/free")).status_code == 404
    assert (await visitor.post("/2027/register/free", data=ANSWERS)).status_code == 404


@pytest.mark.parametrize("path", ["/2027/register/nothing", "/1999/register", "/2027/register/free/nothing", "/2027/register/fr%00ee", "/2027/register/" + "x" * 3000])
async def test_there_is_nothing_under_a_wrong_address(house, visitor, path):
    assert (await visitor.get(path)).status_code == 404


async def test_what_is_no_longer_on_sale_is_gone(house, visitor, fixed_clock):
    facts = {name: getattr(house.free, name) for name in ("title", "about", "least", "suggested", "most")}
    await actions.change_ticket_type(house.free, **facts, sale_ends=fixed_clock() + timedelta(hours=1))
    assert (await visitor.get("/2027/register/free")).status_code == 200
    fixed_clock.on(hours=2)
    assert (await visitor.get("/2027/register/free")).status_code == 404
    assert (await visitor.post("/2027/register/free", data=ANSWERS)).status_code == 404


@pytest.mark.parametrize(("method", "path"), [("PUT", "/2027/register/free"), ("DELETE", "/2027/register"), ("POST", "/2027/register")])
async def test_other_methods_are_refused(house, visitor, method, path):
    assert (await visitor.request(method, path)).status_code == 405


async def test_a_hidden_edition_is_for_its_people_only(cast, visitor):
    await cast.edition("2028", public=False)
    assert (await visitor.get("/2028/register")).status_code == 404


async def test_registering_leaves_nothing_for_the_garbage_collector(house, visitor):
    """What goes by itself need not be looked for; the collector stops everybody for a twentieth of a second when it has much to find."""

    async def flow(name):
        form = await visitor.get("/2027/register/free")
        answer = await visitor.post("/2027/register/free", data=ANSWERS | {"once": once_of(form.text), "badge_name": name})
        assert (await visitor.get(answer.headers["location"])).status_code == 200

    await flow("Ana")
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        await flow("Berta")
        gc.collect()
        assert [one for one in gc.garbage if isinstance(one, (Request, Form, Order))] == []
    finally:
        gc.set_debug(0)
        gc.garbage.clear()


async def test_a_free_place_in_three_steps(house, visitor):
    form = await visitor.get("/2027/register/free")
    assert 'name="amount"' not in form.text and 'name="pay_by"' not in form.text and form.headers["cache-control"] == "no-store"
    answer = await visitor.post("/2027/register/free", data=ANSWERS | {"once": once_of(form.text), "food": ["vegan", "halal"], "note": "Mandarín"})
    order = await Order.get()
    assert (answer.status_code, answer.headers["location"]) == (303, f"/2027/orders/{order.code}")
    page = await visitor.get(answer.headers["location"])
    code = sealing.open_one(order, "claim").claim
    assert page.status_code == 200 and "Your place is confirmed" in page.text and "Ana María" in page.text and code in page.text and "<svg" in page.text
    [attendee] = await queries.attendees_of(order.id)
    assert sealing.open_one(attendee, "needs").needs == '{"food": ["vegan", "halal"], "note": "Mandar\\u00edn"}'


async def test_every_form_has_a_word_of_its_own_and_sent_twice_is_one_order(house, visitor):
    first, second = once_of((await visitor.get("/2027/register/free")).text), once_of((await visitor.get("/2027/register/free")).text)
    assert first != second and len(first) == 32
    answers = [await visitor.post("/2027/register/free", data=ANSWERS | {"once": first}) for _ in range(2)]
    assert (answers[0].headers["location"], await Order.all().count()) == (answers[1].headers["location"], 1)


async def test_the_whole_flow_costs_these_statements(house, visitor):
    await visitor.get("/2027/register/free")
    counts = []
    with counting() as said:
        form = await visitor.get("/2027/register/free")
        counts.append(_without_versions(said))
        answer = await visitor.post("/2027/register/free", data=ANSWERS | {"once": once_of(form.text)})
        counts.append(_without_versions(said) - sum(counts))
        await visitor.get(answer.headers["location"])
        counts.append(_without_versions(said) - sum(counts))
    assert counts == [1, 2, 2], said


def _without_versions(said: list[str]) -> int:
    """SQLite writes its rows in one go that this does not see; versions are read a few times a second at most."""
    return len([one for one in said if 'FROM "version"' not in one and not one.startswith("INSERT")])


BAD = [
    ({"badge_name": ""}, "Please fill this in."),
    ({"badge_name": " \u200b\u200f "}, "Please write a name with letters"),
    ({"badge_name": "…!?"}, "Please write a name with letters"),
    ({"badge_name": "x" * 61}, "at most 60 characters"),
    ({"language": "xx"}, "Please choose one of these."),
    ({"email": "ana at example"}, "does not look like an e-mail address"),
    ({"email": "a@" + "x" * 300 + ".org"}, "at most 254 characters"),
    ({"children": "99"}, "Please choose one of these."),
    ({"note": "x" * 501}, "at most 500 characters"),
]


@pytest.mark.parametrize(("wrong", "said"), BAD)
async def test_what_cannot_be_used_is_kept_and_explained(house, visitor, wrong, said):
    answer = await visitor.post("/2027/register/free", data=ANSWERS | {"note": "keep me"} | wrong)
    assert answer.status_code == 422 and said in answer.text and await Order.all().count() == 0
    assert ("keep me" in answer.text or "note" in wrong) and 'id="errors"' in answer.text


async def test_what_is_odd_but_a_name_is_taken(house, visitor):
    for name in ("🦋", "Ñ", "علي ‏", "李", "<b>Bo</b>", "=1+1", "O'Neil & \"Q\"", "A\ud83d\ude00"):
        body = urlencode(ANSWERS | {"badge_name": name}, encoding="utf-8", errors="surrogatepass")
        answer = await visitor.post("/2027/register/free", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
        assert answer.status_code == 303, name
    page = await visitor.open(f"/2027/orders/{(await _order_named('<b>Bo</b>')).code}")
    assert "&lt;b&gt;Bo&lt;/b&gt;" in page.text and "<b>Bo" not in page.text


async def _order_named(name: str) -> Order:
    for order in await Order.all():
        [attendee] = await queries.attendees_of(order.id)
        if sealing.open_one(attendee, "badge_name").badge_name == name:
            return order
    raise AssertionError(name)


async def test_control_characters_and_overrides_are_dropped(house, visitor):
    await visitor.post("/2027/register/free", data=ANSWERS | {"badge_name": "A\x00n\u202ea\r\nB"})
    assert (await _order_named("Ana B")).state is OrderState.CONFIRMED


async def test_wrong_kinds_of_answers_are_refused_politely(house, visitor):
    sent = [
        await visitor.post("/2027/register/free", files={"badge_name": ("a.txt", b"Ana"), "language": (None, "en")}),
        await visitor.post("/2027/register/free", json={"badge_name": "Ana"}),
        await visitor.post("/2027/register/free", content=b"\xff\xfe", headers={"content-type": "application/x-www-form-urlencoded"}),
        await visitor.post("/2027/register/free", data={"badge_name": ["Ana", "Bea"], "language": "en", "interpretation": ["xx"] * 50}),
        await visitor.post("/2027/register/free", content=b"x", headers={"content-type": "multipart/form-data; boundary=x"}),
        await visitor.post("/2027/register/free", data=ANSWERS | {"once": "x" * 200}),
        await visitor.post("/2027/register/free", data=ANSWERS | {"note": "x" * 600_000}),
    ]
    assert [answer.status_code for answer in sent] == [422, 422, 422, 303, 400, 422, 413]


async def test_without_a_sign_of_coming_from_our_page_nothing_is_written(house, visitor):
    answer = await visitor.post("/2027/register/free", data=ANSWERS, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, await Order.all().count()) == (403, 0)


async def test_old_browsers_send_cookie_and_field(house, visitor):
    del visitor.headers["sec-fetch-site"]
    page = await visitor.get("/2027/register/free")
    token = page.text.split('name="form_token" value="')[1].split('"')[0]
    assert (await visitor.post("/2027/register/free", data=ANSWERS)).status_code == 403
    assert (await visitor.post("/2027/register/free", data=ANSWERS | {"form_token": token})).status_code == 303


async def test_the_last_place_taken_meanwhile_keeps_the_words(house, visitor):
    form = await visitor.get("/2027/register/free")
    await house.resize(1)
    await house.register("Faster")
    answer = await visitor.post("/2027/register/free", data=ANSWERS | {"once": once_of(form.text), "food": "vegan"})
    assert answer.status_code == 422 and "The last place was taken a moment ago" in answer.text
    assert 'value="Ana María"' in answer.text and 'value="vegan" checked' in answer.text and "/2027/register/free/waiting" in answer.text


# Money

PAID = ANSWERS | {"amount": "2000", "own_amount": "", "pay_by": "card"}


@pytest.fixture
def checkout(monkeypatch):
    """Payments opens a Checkout without asking anybody."""

    async def open_checkout(payment_id, back_to):
        return f"https://checkout.stripe.com/c/{back_to.rpartition('/')[2]}"

    monkeypatch.setattr(paying.payments, "open_checkout", open_checkout)


async def test_a_card_leads_to_checkout_and_back_to_an_order_that_opens(house, visitor, checkout):
    form = await visitor.get("/2027/register/sliding")
    assert 'value="2000" checked' in form.text and "From $5 to $120" in form.text
    answer = await visitor.post("/2027/register/sliding", data=PAID)
    order = await Order.get()
    assert (answer.status_code, answer.headers["location"], order.total) == (303, f"https://checkout.stripe.com/c/{order.code}", 2000)
    page = await visitor.get(f"/2027/orders/{order.code}")
    assert page.status_code == 200 and "Your place is waiting for your payment" in page.text and "$20 to pay" in page.text


@pytest.mark.parametrize(("typed", "cents"), [("5,50", 550), ("$12.34", 1234), ("120", 12000), ("1 000", None), ("4.99", None), ("120.01", None), ("", None), ("1e3", None), ("-5", None), ("٣٠", 3000)])
async def test_another_amount_is_read_as_people_write_it(house, visitor, typed, cents):
    answer = await visitor.post("/2027/register/sliding", data=PAID | {"amount": "other", "own_amount": typed, "pay_by": "check"})
    assert (answer.status_code, [order.total for order in await Order.all()]) == ((303, [cents]) if cents else (422, []))


@pytest.mark.parametrize("amount", ["1", "99999999", "2000.5", "", "abc", "-2000"])
async def test_only_amounts_that_were_offered_are_taken(house, visitor, amount):
    answer = await visitor.post("/2027/register/sliding", data=PAID | {"amount": amount})
    assert (answer.status_code, await Order.all().count()) == (422, 0)


async def test_a_fixed_price_is_what_the_ticket_says_whatever_is_sent(house, visitor):
    answer = await visitor.post("/2027/register/fixed", data=PAID | {"amount": "1", "own_amount": "1", "pay_by": "check"})
    assert (answer.status_code, (await Order.get()).total) == (303, 15000)


async def test_a_free_ticket_costs_nothing_whatever_is_sent(house, visitor):
    await visitor.post("/2027/register/free", data=PAID)
    order = await Order.get()
    assert (order.total, order.pay_by) == (0, PayBy.NOTHING)


async def test_with_stripe_away_the_place_is_kept_and_a_check_offered(house, visitor, monkeypatch):
    async def open_checkout(payment_id, back_to):
        raise StripeAway()

    monkeypatch.setattr(paying.payments, "open_checkout", open_checkout)
    answer = await visitor.post("/2027/register/sliding", data=PAID)
    order = await Order.get()
    assert answer.headers["location"] == f"/2027/orders/{order.code}?card=away"
    page = await visitor.follow(answer)
    assert "The card service does not answer" in page.text and "Pay by check" in page.text and order.state is OrderState.HELD
    promised = await visitor.post(f"/2027/orders/{order.code}/check")
    assert promised.status_code == 303 and "Send your check" in (await visitor.follow(promised)).text


async def test_only_pages_that_pay_may_end_at_checkout(house, visitor, app, monkeypatch):
    """In the demo Checkout is our own address; with Stripe it is not."""
    ours = (await visitor.get("/2027/register/sliding")).headers["content-security-policy"]
    monkeypatch.delitem(app.context.parts, "stripe.make")
    theirs = [(await visitor.get(path)).headers["content-security-policy"] for path in ("/2027/register/free", "/2027/register/sliding")]
    found = ["form-action 'self';" in ours, "form-action 'self';" in theirs[0], "form-action 'self' https://checkout.stripe.com;" in theirs[1]]
    assert found == [True, True, True]


async def test_without_a_card_service_only_checks_are_offered(house, visitor, app, monkeypatch):
    settings = app.context.settings
    monkeypatch.setattr(app.context, "settings", settings.model_copy(update={"stripe_key": type(settings.stripe_key)("")}))
    form = await visitor.get("/2027/register/sliding")
    assert 'value="check" checked' in form.text and 'value="card"' not in form.text
    assert (await visitor.post("/2027/register/sliding", data=PAID)).status_code == 422


async def test_who_is_signed_in_finds_the_order_among_their_own(house, cast):
    ada = await cast.browser("ada")
    await ada.post("/2027/register/free", data=ANSWERS)
    order = await Order.get()
    assert order.person_id == (await cast.person("ada")).id
    assert order.code in (await ada.get("/2027/my")).text


async def test_a_kept_form_follows_what_is_changed(house, visitor):
    """The empty form is rendered once per version; a change of the ticket shows at once."""
    before = await visitor.get("/2027/register/free")
    await actions.change_ticket_type(house.free, title={"en": "Open door", "es": "Puerta abierta"}, about={}, least=0, suggested=0, most=0)
    after = await visitor.get("/2027/register/free")
    assert ("Ticket free" in before.text, "Ticket free" in after.text, "Open door" in after.text) == (True, False, True)
    assert await TicketType.filter(slug="free").count() == 1


async def test_the_link_in_the_letter_is_the_orders_token(house):
    order = await house.register()
    assert links.row_of(links.token(queries.ORDER_LINK, order.id, order.version)) == order.id
