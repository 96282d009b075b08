"""Events at a steady rate, each sent until JetStream has acknowledged it."""

import asyncio
import collections
import dataclasses
import json
import random
import time

TICK = 0.005
LOOK, RESEND = 0.1, 2.0  # how often it looks for events without an acknowledgement, and for how long they wait for it
IN_FLIGHT = 512  # at most; more would only keep a server that has just come back from answering
KEYS = 20


@dataclasses.dataclass(frozen=True)
class Source:
    stream: str
    subject: str
    rate: float  # events/s


@dataclasses.dataclass(frozen=True)
class Stored:
    stream: str
    sequence: int
    key: str


@dataclasses.dataclass
class _Pending:
    source: Source
    key: str
    body: bytes
    sent: float = 0.0


class Publisher:
    def __init__(self, client, sources, seed):
        self._client = client
        self._sources = sources
        self._random = random.Random(seed)
        self._waiting = collections.deque()
        self._pending = {}  # sent
        self._started = None
        self._made = dict.fromkeys((s.stream for s in sources), 0)
        self.stored = {}  # of each acknowledged event's id
        self.stopping = False

    async def run(self):
        """Until `stopping`, and then until all is acknowledged."""
        self._started = looked = time.monotonic()
        while not self.stopping or self._pending or self._waiting:
            now = time.monotonic()
            if not self.stopping:
                for source in self._sources:
                    self._make(source, now)
            while self._waiting and len(self._pending) < IN_FLIGHT:
                event_id, pending = self._waiting.popleft()
                self._pending[event_id] = pending
                self._send(event_id, pending, now)
            if now - looked > LOOK:
                looked = now
                for event_id, pending in self._pending.items():
                    if now - pending.sent > RESEND:
                        self._send(event_id, pending, now)
            await asyncio.sleep(TICK)

    def _make(self, source, now):
        due = int((now - self._started) * source.rate)
        while self._made[source.stream] < due:
            self._made[source.stream] += 1
            event_id = f"{source.stream}.{self._made[source.stream]}"
            key = f"key-{self._random.randrange(KEYS)}"
            body = {
                "specversion": "1.0",
                "id": event_id,
                "source": "/drill",
                "type": "io.tidings.todo.updated.v1",
                "partitionkey": key,
                "data": {},
            }
            self._waiting.append((event_id, _Pending(source, key, json.dumps(body).encode())))

    def _send(self, event_id, pending, now):
        pending.sent = now
        headers = {
            "Nats-Msg-Id": event_id,
            "Content-Type": "application/cloudevents+json",
            "ce-type": "io.tidings.todo.updated.v1",
            "ce-partitionkey": pending.key,
        }
        self._client.publish(pending.source.subject, pending.body, headers, lambda body: self._answer(event_id, body))

    def _answer(self, event_id, body):
        sequence = json.loads(body or b"{}").get("seq")
        pending = self._pending.get(event_id)
        if sequence and pending:  # else it is sent again
            del self._pending[event_id]
            self.stored[event_id] = Stored(pending.source.stream, sequence, pending.key)
