"""Writing: operations are applied to a sheet's blocks, each once, and no word that somebody typed is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from tortoise.expressions import F

from conference.core import clock, jobs, sealing
from conference.core.db import transaction
from conference.core.errors import Malformed, Refused
from conference.core.i18n import _
from conference.editions.models import Edition
from conference.notes import access, queries, wording
from conference.notes.merge import merged
from conference.notes.models import Audience, Block, Kind, Operation, PdfState, Sheet, SheetState
from conference.notes.operations import FIRST, LAST, Op, checked
from conference.notes.wording import Words
from conference.people.models import Person

GAP = 1 << 20
MOST_BLOCKS = 1_000


class HandedIn(Refused):
    def sentence(self) -> str:
        return _("These notes were handed in meanwhile. What you wrote stands on this page still: open the notes again, then save.")


class TooManyBlocks(Refused):
    def sentence(self) -> str:
        return _("This sheet is full. Nothing was lost: join some blocks, then save again.")


@dataclass(frozen=True)
class Applied:
    """What became of one operation. ``outcome``: done, merged with others' words, beside (kept as a block of its own beside the
    other's words), or kept (not deleted, because somebody had just written there). ``version`` is the block's now.
    """

    id: UUID
    block: UUID
    outcome: str
    version: int
    beside: UUID | None = None


async def apply(sheet: Sheet, operations: Sequence[Op], by: Person) -> list[Applied]:
    """Do these in order, all or nothing; what was done before under the same id is not done again.

    Raises HandedIn where writers may write no more, TooLong, TooManyBlocks, Malformed for blocks that are not this sheet's.
    """
    for op in operations:
        checked(op)
    async with transaction():
        held = await _hold(sheet, by)
        page = await _Page.of(held, by)
        done = await _done_before(held, operations)
        results = [_again(done[op.id], op) if op.id in done else await page.do(op) for op in operations]
        await page.save()
    return results


async def _hold(sheet: Sheet, by: Person) -> Sheet:
    """The sheet as it is now; until the transaction ends nobody else writes on it."""
    open_to = [SheetState.OPEN]
    if await access.is_editor(by, await Edition.get(id=sheet.edition_id)):
        open_to.append(SheetState.SUBMITTED)
    if not await Sheet.filter(id=sheet.id, state__in=open_to).update(change=F("change")):
        raise HandedIn()
    return await Sheet.get(id=sheet.id)


async def _done_before(sheet: Sheet, operations: Sequence[Op]) -> dict[UUID, Operation]:
    found = {row.id: row for row in await Operation.filter(id__in=[op.id for op in operations])}
    if any(row.sheet_id != sheet.id for row in found.values()):
        raise Malformed()
    return found


def _again(row: Operation, op: Op) -> Applied:
    return Applied(op.id, row.block, row.outcome, row.version, beside_id(op.id) if row.outcome == "beside" else None)


def beside_id(operation: UUID) -> UUID:
    """The block that an operation's words went to where somebody else had written in the same place."""
    return uuid5(operation, "beside")


class _Page:
    """A held sheet's blocks while operations are done on them."""

    def __init__(self, sheet: Sheet, by: Person, blocks: list[Block]) -> None:
        self.sheet, self.by, self.now = sheet, by, clock.now()
        self.order = sorted(blocks, key=lambda block: (block.place, block.id))
        self.blocks = {block.id: block for block in blocks}
        self.words: dict[UUID, Words] = {}
        self.fresh: dict[UUID, Block] = {}
        self.touched: dict[UUID, Block] = {}
        self.history: list[Operation] = []

    @classmethod
    async def of(cls, sheet: Sheet, by: Person) -> "_Page":
        return cls(sheet, by, await Block.filter(sheet_id=sheet.id))

    async def do(self, op: Op) -> Applied:
        """One operation; callers have seen to it that it is new. Later ones of a batch find what this one did."""
        known = next((row for row in self.history if row.id == op.id), None)
        if known is not None:
            return _again(known, op)
        if op.what == "add":
            return await self._add(op)
        block = self.blocks.get(op.block)
        if block is None:
            raise Malformed()
        return await {"change": self._change, "set": self._set, "move": self._move, "delete": self._delete, "restore": self._restore}[op.what](op, block)

    async def save(self) -> None:
        """Write down what changed; a batch that did nothing new leaves the sheet as it was."""
        if not self.history:
            return
        number = self.sheet.change + 1
        for block in [*self.fresh.values(), *self.touched.values()]:
            block.change = number
            if block.id in self.words:
                wording.put(self.words[block.id])
        await Block.bulk_create(list(self.fresh.values()))
        for block in self.touched.values():
            await block.save()
        await Operation.bulk_create(self.history)
        await self._count(number)

    async def _count(self, number: int) -> None:
        wanted = {"change": number, "changed": self.now}
        if self.sheet.state == SheetState.SUBMITTED:
            revision = self.sheet.revision + 1
            wanted |= {"revision": revision, "pdf": PdfState.MAKING}
            await jobs.later("notes.make_pdf", sheet_id=self.sheet.id, revision=revision)
        await Sheet.filter(id=self.sheet.id).update(**wanted)

    async def _add(self, op: Op) -> Applied:
        if op.block in self.blocks:
            return await self._change(Op(id=op.id, what="change", block=op.block, text=op.text, base=1), self.blocks[op.block])
        if await Block.exists(id=op.block):
            raise Malformed()
        block = self._new(op.block, op.kind or Kind.GOAL, op.audience or Audience.PUBLIC, op.text)
        self._put_after(block, op.after)
        self._remember(op.id, op.what, block, "text", "done", op.text)
        return Applied(op.id, block.id, "done", block.version)

    def _new(self, id: UUID, kind: Kind, audience: Audience, text: str) -> Block:
        if len(self.blocks) >= MOST_BLOCKS:
            raise TooManyBlocks()
        block = Block(id=id, edition_id=self.sheet.edition_id, sheet_id=self.sheet.id, place=0, kind=kind, audience=audience)
        self.blocks[id] = self.fresh[id] = block
        self.words[id] = Words(block, {"text": text})
        return block

    async def _change(self, op: Op, block: Block) -> Applied:
        """Put the words in, or join them with what others wrote since; where that cannot be, keep both."""
        words = self._open(block)
        now, was = words.get(op.part), await self._written_on(op, block, words)
        text = op.text if was == now else merged(was or "", op.text, now)
        if text is None and op.part == "text":
            return await self._keep_beside(op, block)
        if text is None:
            text = f"{now}\n{op.text}"
        if text != now or block.deleted:
            words.parts[op.part] = text
            block.deleted = False
            self._move_on(block)
        return self._done(op, block, "done" if text == op.text else "merged", sent=op.text, result=None if text == op.text else text)

    async def _written_on(self, op: Op, block: Block, words: Words) -> str | None:
        """The words the writer changed: those of their own last operation, or of the version they saw."""
        if op.upon is not None:
            found = self._sent_now(op.upon, block.id, op.part) or await queries.words_sent(op.upon, block.id, op.part)
            if found is not None:
                return found
        if op.base == block.version:
            return words.get(op.part)
        return await self._at(block, op.part, op.base)

    def _sent_now(self, operation: UUID, block: UUID, part: str) -> str | None:
        for row in self.history:
            if (row.id, row.block, row.part) == (operation, block, part):
                return sealing.open_one(row, "sent").sent
        return None

    async def _at(self, block: Block, part: str, version: int) -> str | None:
        for row in reversed(self.history):
            if (row.block, row.part) == (block.id, part) and row.version <= version and row.outcome in ("done", "merged"):
                plain = sealing.open_one(row, "sent", "result")
                return plain.result or plain.sent or ""
        return await queries.words_at(block.id, part, version)

    async def _keep_beside(self, op: Op, block: Block) -> Applied:
        """Both wrote in one place: the block keeps the other's words, and these become a block of their own after it."""
        twin = self._new(beside_id(op.id), block.kind, block.audience, op.text)
        twin.beside = block.id
        self._put_after(twin, block.id)
        if block.deleted:
            block.deleted = False
            self._move_on(block)
        self._remember(uuid5(twin.id, "added"), "add", twin, "text", "done", op.text)
        self._remember(op.id, op.what, block, op.part, "beside", op.text)
        return Applied(op.id, block.id, "beside", block.version, twin.id)

    async def _set(self, op: Op, block: Block) -> Applied:
        if (op.kind or block.kind, op.audience or block.audience) != (block.kind, block.audience):
            block.kind, block.audience = op.kind or block.kind, op.audience or block.audience
            self._move_on(block)
        return self._done(op, block)

    async def _move(self, op: Op, block: Block) -> Applied:
        if op.after != block.id:
            self.order.remove(block)
            self._put_after(block, op.after)
            self._touch(block)
        return self._done(op, block)

    async def _delete(self, op: Op, block: Block) -> Applied:
        if op.base != block.version and await self._at(block, "text", op.base) != self._open(block).get("text"):
            return self._done(op, block, "kept")
        if not block.deleted:
            block.deleted = True
            self._move_on(block)
        return self._done(op, block)

    async def _restore(self, op: Op, block: Block) -> Applied:
        if block.deleted or block.beside:
            block.deleted, block.beside = False, None
            self._move_on(block)
        return self._done(op, block)

    def _open(self, block: Block) -> Words:
        if block.id not in self.words:
            self.words[block.id] = wording.opened([block])[0]
        return self.words[block.id]

    def _touch(self, block: Block) -> None:
        if block.id not in self.fresh:
            self.touched[block.id] = block

    def _move_on(self, block: Block) -> None:
        block.version += 1
        self._touch(block)

    def _put_after(self, block: Block, after: UUID | str) -> None:
        """Give the block its place after another one; where no number is left between two, all are numbered anew."""
        index = self._index_after(after)
        before = self.order[index - 1].place if index else 0
        behind = self.order[index].place if index < len(self.order) else before + 2 * GAP
        self.order.insert(index, block)
        block.place = (before + behind) // 2
        if not before < block.place < behind:
            for number, one in enumerate(self.order, 1):
                one.place = number * GAP
                self._touch(one)

    def _index_after(self, after: UUID | str) -> int:
        if after == FIRST:
            return 0
        if after == LAST or after not in self.blocks:
            return len(self.order)
        return next(number for number, block in enumerate(self.order, 1) if block.id == after)

    def _done(self, op: Op, block: Block, outcome: str = "done", *, sent: str | None = None, result: str | None = None) -> Applied:
        self._remember(op.id, op.what, block, op.part if sent is not None else "", outcome, sent, result)
        return Applied(op.id, block.id, outcome, block.version)

    def _remember(self, id: UUID, what: str, block: Block, part: str, outcome: str, sent: str | None, result: str | None = None) -> None:
        row = Operation(
            id=id, edition_id=self.sheet.edition_id, sheet_id=self.sheet.id, block=block.id, what=what, part=part, version=block.version,
            outcome=outcome, by=self.by.id, at=self.now,
        )  # fmt: skip
        sealing.seal(row, sent=sent, result=result)
        self.history.append(row)
