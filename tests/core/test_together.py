"""Questions of many at once become few, and nobody gets an answer from before they asked."""

import asyncio

import pytest

from conference.core.db.together import Together


class Oracle:
    """Answers with how often it was asked before; ``go`` lets it answer."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.go = asyncio.Semaphore(0)

    async def __call__(self, keys):
        self.asked.append(list(keys))
        number = len(self.asked)
        await self.go.acquire()
        if "bad" in keys:
            raise ValueError("no")
        return {key: f"{key} {number}" for key in keys}


async def settle() -> None:
    for _turn in range(5):
        await asyncio.sleep(0)


async def test_who_comes_while_an_answer_is_on_its_way_waits_for_the_next():
    oracle = Oracle()
    questions = Together(oracle, most=2)
    first = asyncio.create_task(questions.ask("a"))
    await settle()
    later = [asyncio.create_task(questions.ask(key)) for key in ("a", "b", "c", "b")]
    await settle()
    assert oracle.asked == [["a"]]
    for _answer in range(3):
        oracle.go.release()
    assert await first == "a 1"
    assert await asyncio.gather(*later) == ["a 2", "b 2", "c 3", "b 2"]
    assert oracle.asked == [["a"], ["a", "b"], ["c"]]


async def test_an_error_is_told_to_those_who_waited_for_it_and_to_nobody_else():
    oracle = Oracle()
    questions = Together(oracle, most=1)
    bad, good = asyncio.create_task(questions.ask("bad")), asyncio.create_task(questions.ask("good"))
    await settle()
    oracle.go.release()
    oracle.go.release()
    with pytest.raises(ValueError, match="no"):
        await bad
    assert await good == "good 2"


async def test_who_goes_away_takes_no_answer_along():
    oracle = Oracle()
    questions = Together(oracle)
    goes, stays = asyncio.create_task(questions.ask("a")), asyncio.create_task(questions.ask("a"))
    await settle()
    goes.cancel()
    await settle()
    oracle.go.release()
    assert await stays == "a 1"
    assert goes.cancelled()


async def test_it_works_again_after_a_pause():
    oracle = Oracle()
    questions = Together(oracle)
    for number in (1, 2):
        oracle.go.release()
        assert await questions.ask("a") == f"a {number}"
