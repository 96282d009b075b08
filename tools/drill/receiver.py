"""A receiver of webhooks as its own process: `receiver.py LOG PORT FLAPPING_PORT...`.

Each accepted webhook is a line of the log, "<monotonic ms> <path> <webhook-id>", written before the response: a
process that is killed forgets nothing, and the order of the lines is the order of acceptance. The log is appended to.
Of what comes below /once/ every fortieth event is refused once. `POST /mode/<flapping port>/<mode>` at PORT: up, 503,
hang or refuse.
"""

import asyncio
import os
import sys
import time
import zlib

ACCEPTED = b"HTTP/1.1 204 No Content\r\n\r\n"
REJECTED = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"
UNAVAILABLE = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
REFUSED_ONE_OF = 40


def field(head, name):
    start = head.find(b"\r\n" + name + b": ")
    if start < 0:
        return b""
    start += len(name) + 4
    return head[start : head.index(b"\r\n", start)]


class Door:
    """A port: how it behaves, and the connections to it."""

    def __init__(self, port):
        self.port, self.mode = port, "up"
        self.connections = set()
        self.server = None
        self._turning = asyncio.Lock()

    async def turn(self, mode, house):
        async with self._turning:
            await self._turn(mode, house)

    async def _turn(self, mode, house):
        self.mode = mode
        if mode == "refuse" and self.server:
            self.server.close()
            self.server = None
            for transport in list(self.connections):
                transport.abort()
        elif mode != "refuse" and not self.server:
            loop = asyncio.get_running_loop()
            self.server = await loop.create_server(lambda: Connection(self, house), "127.0.0.1", self.port)


class House:
    def __init__(self, log, ports):
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.doors = {port: Door(port) for port in ports}
        self.refused = set()

    def accepts(self, path, event_id):
        """Whether the response is a success, which is then in the log."""
        if path.startswith(b"/once/") and zlib.crc32(event_id) % REFUSED_ONE_OF == 0:
            if (path, event_id) not in self.refused:
                self.refused.add((path, event_id))
                return False
        os.write(self.log, b"%d %b %b\n" % (time.monotonic_ns() // 1_000_000, path, event_id))
        return True


class Connection(asyncio.Protocol):
    def __init__(self, door, house):
        self.door, self.house = door, house
        self.bytes = b""
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport
        self.door.connections.add(transport)

    def connection_lost(self, _):
        self.door.connections.discard(self.transport)

    def data_received(self, data):
        self.bytes += data
        while (end := self.bytes.find(b"\r\n\r\n")) >= 0:
            head = self.bytes[: end + 2]
            size = end + 4 + int(field(head, b"Content-Length") or 0)
            if len(self.bytes) < size:
                return
            self.bytes = self.bytes[size:]
            self.respond(head)

    def respond(self, head):
        path = head.split(b" ", 2)[1]
        if path.startswith(b"/mode/"):
            _, _, port, mode = path.decode().split("/")
            task = asyncio.ensure_future(self.house.doors[int(port)].turn(mode, self.house))
            task.add_done_callback(lambda _: self.transport.write(ACCEPTED))
        elif self.door.mode == "up":
            self.transport.write(ACCEPTED if self.house.accepts(path, field(head, b"webhook-id")) else REJECTED)
        elif self.door.mode == "503":
            self.transport.write(UNAVAILABLE)


async def main(log, *ports):
    house = House(log, [int(p) for p in ports])
    for door in house.doors.values():
        await door.turn("up", house)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
