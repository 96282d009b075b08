"""A TCP relay to nats-server that can be cut in both directions, as a partition of the network does it."""

import asyncio
import contextlib


class Proxy:
    def __init__(self, port, target):
        self.port, self._target = port, target
        self.started = False
        self._open = asyncio.Event()
        self._open.set()
        self._writers = set()

    async def start(self):
        self.started = True
        await asyncio.start_server(self._relay, "127.0.0.1", self.port)

    def cut(self):
        """Bytes are held from now on; connections stay, as no one tells their ends."""
        self._open.clear()

    def heal(self, lost):
        """`lost`: what was held is dropped with its connections; else it arrives now, late."""
        if lost:
            for writer in list(self._writers):
                writer.transport.abort()
        self._open.set()

    async def _relay(self, reader, writer):
        try:
            await self._open.wait()
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except (OSError, asyncio.CancelledError):
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        with contextlib.suppress(asyncio.CancelledError):  # when the run ends
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        self._writers -= {writer, back}

    async def _pump(self, reader, writer):
        try:
            while data := await reader.read(65536):
                await self._open.wait()
                if writer.is_closing():
                    break
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.transport.abort()
