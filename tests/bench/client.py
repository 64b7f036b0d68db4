"""A browser that costs next to nothing: one connection kept open, cookies, forms. For load on the machine under test."""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(slots=True)
class Answer:
    """Header names are in lower case; of repeated ones the last, but for cookies, which the visitor keeps."""

    status: int
    headers: dict[str, str]
    body: bytes


class Visitor:
    """One browser at one site on loopback; answers must say their length, as ours do."""

    def __init__(self, port: int, language: str = "en") -> None:
        self.port, self.cookies = port, dict[str, str]()
        self.same = f"Host: 127.0.0.1:{port}\r\nUser-Agent: bench\r\nAccept: text/html\r\nAccept-Language: {language}\r\n"
        self.origin = f"Origin: http://127.0.0.1:{port}\r\n"
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> Answer:
        return await self._exchange(f"GET {path} HTTP/1.1\r\n{self.same}{self._kept()}\r\n".encode())

    async def post(self, path: str, form: dict[str, str]) -> Answer:
        return await self._send(path, "application/x-www-form-urlencoded", urlencode(form))

    async def post_json(self, path: str, value: object) -> Answer:
        return await self._send(path, "application/json", json.dumps(value))

    async def _send(self, path: str, kind: str, body: str) -> Answer:
        head = f"POST {path} HTTP/1.1\r\n{self.same}{self.origin}{self._kept()}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        return await self._exchange((head + body).encode())

    def leave(self) -> None:
        if self._writer:
            self._writer.close()
        self._reader = self._writer = None

    def _kept(self) -> str:
        pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return f"Cookie: {pairs}\r\n" if pairs else ""

    async def _exchange(self, request: bytes) -> Answer:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, headers = self._head(head)
        body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection") == "close":
            self.leave()
        return Answer(status, headers, body)

    def _head(self, text: str) -> tuple[int, dict[str, str]]:
        first, *lines = text[:-4].split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
            if name.lower() == "set-cookie":
                cookie, _, kept = value.partition(";")[0].partition("=")
                self.cookies[cookie] = kept
        return int(first.split(" ", 2)[1]), headers


Buyer = Callable[[int], Awaitable[str]]


async def crowd(buyers: int, at_once: int, buy: Buyer) -> Counter[str]:
    """Let so many come, at most ``at_once`` of them at a time; how many met which end."""
    numbers, ends = itertools.count(), Counter[str]()

    async def one_after_another() -> None:
        while (number := next(numbers)) < buyers:
            ends[await buy(number)] += 1

    await asyncio.gather(*[one_after_another() for _place in range(at_once)])
    return ends
