"""A client of nats-server that connects again for ever."""

import asyncio
import itertools
import json

INBOX = "_INBOX.drill"


def _block(headers):
    return b"NATS/1.0\r\n" + b"".join(f"{k}: {v}\r\n".encode() for k, v in headers.items()) + b"\r\n"


class Client:
    def __init__(self, port):
        self._port = port
        self._writer = None
        self._answers = {}
        self._numbers = itertools.count()

    async def run(self):
        while True:
            try:
                reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
                await self._converse(reader)
            except (OSError, ValueError, asyncio.IncompleteReadError):
                pass
            self._close()
            await asyncio.sleep(0.05)

    def _close(self):
        if self._writer:
            self._writer.close()
        self._writer = None

    async def _converse(self, reader):
        options = {"verbose": False, "headers": True, "no_responders": True, "lang": "python", "version": "0"}
        self._writer.write(f"CONNECT {json.dumps(options)}\r\nSUB {INBOX}.* 1\r\n".encode())
        while line := await reader.readline():
            words = line.split()
            if words[0] == b"PING":
                self._writer.write(b"PONG\r\n")
            elif words[0] == b"MSG":
                body = await reader.readexactly(int(words[-1]) + 2)
                self._answered(words[1], body[:-2])
            elif words[0] == b"HMSG":  # a status without content, such as "no responders"
                await reader.readexactly(int(words[-1]) + 2)

    def _answered(self, inbox, body):
        answer = self._answers.pop(int(inbox.rpartition(b".")[2]), None)
        if answer:
            answer(body)

    def publish(self, subject, body, headers, answer):
        """`answer` gets the body of the reply, if one comes. What is published without a connection is lost."""
        if not self._writer or self._writer.is_closing():
            return
        number = next(self._numbers)
        self._answers[number] = answer
        block = _block(headers) if headers else b""
        sizes = f"{len(block)} {len(block) + len(body)}" if headers else str(len(body))
        verb = "HPUB" if headers else "PUB"
        self._writer.write(f"{verb} {subject} {INBOX}.{number} {sizes}\r\n".encode() + block + body + b"\r\n")

    async def request(self, subject, content, limit=30):
        """The reply, as JSON; asked again until there is one."""
        replied = asyncio.get_running_loop().create_future()

        def answer(body):
            if not replied.done():
                replied.set_result(json.loads(body))

        async with asyncio.timeout(limit):
            while not replied.done():
                self.publish(subject, json.dumps(content).encode(), {}, answer)
                await asyncio.wait([replied], timeout=1 if self._writer else 0.02)
        return replied.result()
