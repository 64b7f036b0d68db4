"""The SDK's way to the double without a network: calls go straight into its app."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import stripe

from conference.demo.stripe.double import StripeDouble

ORIGIN = "https://api.stripe.com"


class InProcessClient(stripe.HTTPClient):
    """An HTTP client of the SDK; asynchronous calls only. Its ``timeout`` in seconds holds for the whole call."""

    name = "httpx"

    def __init__(self, double: StripeDouble, timeout: float) -> None:
        super().__init__()
        self._timeout = timeout
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app=double.app), base_url=ORIGIN)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Any]:
        try:
            call = self._http.request(method, url, headers=dict(headers), content=post_data)
            response = await asyncio.wait_for(call, self._timeout)
        except Exception as error:
            message = f"The stand-in for Stripe did not answer: {type(error).__name__}"
            raise stripe.APIConnectionError(message, should_retry=True) from error
        return response.content, response.status_code, response.headers

    async def request_stream_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[AsyncIterator[bytes], int, Any]:
        content, status, answered = await self.request_async(method, url, headers, post_data)
        return _once(content), status, answered

    async def sleep_async(self, secs: float) -> None:
        """Between two tries there is nothing to wait for in one process."""
        await asyncio.sleep(0)

    async def close_async(self) -> None:
        await self._http.aclose()


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def async_client(double: StripeDouble, timeout: float = 80) -> InProcessClient:
    """For ``stripe.StripeClient(key, http_client=async_client(double))``."""
    return InProcessClient(double, timeout)
