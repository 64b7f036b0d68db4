"""Stripe's pages are on another origin: our pages must let the form go there, and no page of theirs may be refused back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.walks.site import Site, served
from tests.walks.test_registering import PAY, _choose_to_pay, until
from tests.walks.walking import DESKTOP, PHONE, walking


@pytest.fixture(scope="module")
def two_origins(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(demo, tmp_path_factory.mktemp("two") / "var", stripe_elsewhere=True) as made:
        yield made


@pytest.mark.parametrize(("language", "width"), [("en", PHONE), ("es", DESKTOP)])
def test_the_way_to_checkout_and_back_crosses_origins(two_origins: Site, browser: Browser, language: str, width: int) -> None:
    with walking(two_origins, browser, "elsewhere", language=language, width=width) as walk:
        _choose_to_pay(walk, "Noor")
        assert not walk.page.url.startswith(two_origins.base)
        walk.page.get_by_role("button", name=PAY[language]).click()
        walk.page.wait_for_url(f"{two_origins.base}/**")
        until(walk, "Your place is confirmed")


def test_who_goes_back_unpaid_can_go_again(two_origins: Site, browser: Browser) -> None:
    """The button of the order's page leads across, too."""
    with walking(two_origins, browser, "elsewhere-again") as walk:
        _choose_to_pay(walk, "Kateri")
        walk.page.get_by_role("link", name="Go back").click()
        walk.is_told("Your place is waiting for your payment").press("Pay by card")
        assert not walk.page.url.startswith(two_origins.base)
        walk.page.get_by_role("button", name=PAY["en"]).click()
        walk.page.wait_for_url(f"{two_origins.base}/**")
        until(walk, "Your place is confirmed")
