"""A bad network: stands between phones and the server, spoils most requests, and counts the bytes that phones send."""

import asyncio
import random
import re
import struct
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from socket import SO_LINGER, SOL_SOCKET
from types import TracebackType
from typing import Any

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
PIECE = 16 * 1024
# Seconds by which a request may come late: several others of the same phone overtake it.
LATE = 0.5


@dataclass
class Tally:
    """What went through. Bytes are those between phones and proxy, headers and all."""

    requests: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    up: int = 0
    down: int = 0

    @property
    def spoiled(self) -> float:
        return self.faults.total() / self.requests


Fault = Callable[["Passage"], Coroutine[Any, Any, None]]
FAULTS: dict[str, Fault] = {}


def fault(spoil: Fault) -> Fault:
    FAULTS[spoil.__name__] = spoil
    return spoil


class Passage:
    """One request on its way: phones open a connection for each."""

    def __init__(self, proxy: "Proxy", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.proxy, self.reader, self.writer = proxy, reader, writer
        self.dice = proxy.dice
        self.head, self.length = b"", 0

    async def begin(self) -> None:
        self.head = await self.reader.readuntil(b"\r\n\r\n")
        self.proxy.tally.up += len(self.head)
        stated = LENGTH.search(self.head)
        self.length = int(stated[1]) if stated else 0

    async def body(self, most: int | None = None) -> bytes:
        """The body, or its first bytes."""
        wanted, found = self.length if most is None else most, b""
        while len(found) < wanted:
            piece = await self.reader.read(min(PIECE, wanted - len(found)))
            if not piece:
                raise ConnectionResetError
            self.proxy.tally.up += len(piece)
            found += piece
        return found

    async def answer(self, data: bytes) -> None:
        self.writer.write(data)
        self.proxy.tally.down += len(data)
        await self.writer.drain()

    async def ask(self, request: bytes) -> bytes:
        """What the server answers to these bytes, whole."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.proxy.upstream)
        try:
            writer.write(request)
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            stated = LENGTH.search(head)
            # Neither has a body, whatever its headers say.
            silent = self.head.startswith(b"HEAD ") or head[9:12] in (b"204", b"304")
            return head + (b"" if silent else await reader.readexactly(int(stated[1]) if stated else 0))
        finally:
            writer.close()

    def reset(self) -> None:
        """End the connection with RST: no answer, no farewell."""
        connection = self.writer.get_extra_info("socket")
        with suppress(OSError):
            connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@fault
async def drop(passage: Passage) -> None:
    """Nothing arrives."""
    passage.reset()


@fault
async def cut(passage: Passage) -> None:
    """The line breaks in the middle of the request; what had gone out reaches the server."""
    begun = await passage.body(passage.dice.randrange(passage.length) if passage.length else 0)
    passage.reset()
    with suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", passage.proxy.upstream)
        writer.write(passage.head + begun if passage.length else passage.head[:-2])
        await writer.drain()
        writer.close()


@fault
async def delay(passage: Passage) -> None:
    """Everything arrives, later."""
    request = passage.head + await passage.body()
    await asyncio.sleep(passage.dice.uniform(0.01, 0.1))
    await passage.answer(await passage.ask(request))


@fault
async def duplicate(passage: Passage) -> None:
    """The request arrives twice; the second answer is the one that comes back."""
    request = passage.head + await passage.body()
    await passage.ask(request)
    await passage.answer(await passage.ask(request))


@fault
async def reorder(passage: Passage) -> None:
    """The phone gives up, and its request arrives after later ones."""
    request = passage.head + await passage.body()
    passage.reset()
    await asyncio.sleep(passage.dice.uniform(0, LATE))
    await passage.ask(request)


@fault
async def lose(passage: Passage) -> None:
    """The server has done it, and its answer gets lost."""
    await passage.ask(passage.head + await passage.body())
    passage.writer.close()


@fault
async def truncate(passage: Passage) -> None:
    """A part of the answer arrives."""
    whole = await passage.ask(passage.head + await passage.body())
    await passage.answer(whole[: passage.dice.randrange(len(whole))])
    passage.writer.close()


@fault
async def reset(passage: Passage) -> None:
    """The request arrives, and the line breaks before the answer."""
    await passage.ask(passage.head + await passage.body())
    passage.reset()


class Proxy:
    """Listens on a port of its own while it is entered; `share` of all requests are spoiled."""

    def __init__(self, upstream: int, *, seed: int, share: float) -> None:
        self.upstream, self.share = upstream, share
        self.dice = random.Random(seed)
        self.tally = Tally()
        self.port = 0
        self.broken: list[BaseException] = []
        self.under_way: set[asyncio.Task[None]] = set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> "Proxy":
        self.thread.start()
        listening = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**20), self.loop
        )
        self.server = listening.result()
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._finish(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _finish(self) -> None:
        self.server.close()
        # What is late still arrives: also after the phones think that they are done.
        await asyncio.gather(*self.under_way)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passage, task = Passage(self, reader, writer), asyncio.current_task()
        assert task is not None
        # The loop itself holds tasks weakly, and the connection lets its own go when the phone hangs up.
        self.under_way.add(task)
        try:
            await passage.begin()
            self.tally.requests += 1
            if self.dice.random() < self.share:
                name = self.dice.choice(list(FAULTS))
                self.tally.faults[name] += 1
                await FAULTS[name](passage)
            else:
                await passage.answer(await passage.ask(passage.head + await passage.body()))
        except (OSError, asyncio.IncompleteReadError):
            # A line that broke; the phone sees as much.
            passage.reset()
        except Exception as error:
            self.broken.append(error)
            passage.reset()
        finally:
            self.under_way.discard(task)
            writer.close()
