"""What registration shows on other slices' pages."""

from conference.core.panels import panel
from conference.editions.models import Duties
from conference.registration.models import PayBy
from tests.registration.conftest import ANSWERS, payment_of


async def test_ones_own_page_shows_ones_registrations_and_nobody_elses(house, cast):
    ada, dov = await cast.browser("ada"), await cast.browser("dov")
    order = await house.register(person=await cast.person("ada"))
    assert f'href="/2027/orders/{order.code}"' in (await ada.get("/my")).text
    assert order.code not in (await dov.get("/my")).text


async def test_what_this_browser_opened_is_shown_too(house, cast):
    dov = await cast.browser("dov")
    answer = await dov.post("/2027/register/free", data=ANSWERS)
    assert answer.headers["location"] in (await dov.get("/my")).text


async def test_a_payment_names_its_registration_and_no_person(house):
    order = await house.buy("Zebulon", pay_by=PayBy.CHECK)
    payment = await payment_of(order)
    shown = await panel("payments.payment", payment=payment)
    payment.purpose = "gift"
    assert (order.code in shown, "Zebulon" in shown, await panel("payments.payment", payment=payment)) == (True, False, "")


async def test_the_back_office_says_how_full_it_is_to_those_it_concerns(house):
    await house.register()
    shown = [await panel("office.home", edition=house.edition, duties=frozenset(duties)) for duties in ({Duties.ORGANIZER}, {Duties.REGISTRAR}, {Duties.EDITOR}, set())]
    assert ["1 of 50" in one for one in shown] == [True, True, False, False]
