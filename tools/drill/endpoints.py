"""The endpoints of a run: those of the configuration, and those that come and go through the API."""

import asyncio
import time

from .fleet import call
from .verdict import Expectation

MAIN, SECOND = "TODOS", "DRILL"
SOON = {"first_probe": "100ms", "longest_probe": "400ms", "retry_schedule": ["100ms", "200ms", "400ms"] + ["1s"] * 40}
# (ordering, stream, kind): steady, once (some events are refused once), flapping
CONFIGURED = [
    ("none", MAIN, "steady"),
    ("none", SECOND, "once"),
    ("none", MAIN, "flapping"),
    ("per-key", MAIN, "once"),
    ("per-key", SECOND, "steady"),
    ("per-key", SECOND, "flapping"),
    ("strict", MAIN, "steady"),
    ("strict", SECOND, "steady"),
    ("strict", SECOND, "flapping"),
]
MODES = ("503", "hang", "refuse")


def name_of(ordering, stream, kind):
    return f"{ordering}-{stream.lower()}-{kind}"


FLAPPING = [name_of(*e) for e in CONFIGURED if e[2] == "flapping"]


def configured(receiver):
    """(what the configuration file says, what is expected)"""
    settings, expected = [], []
    for ordering, stream, kind in CONFIGURED:
        name = name_of(ordering, stream, kind)
        path = f"/{kind}/{name}"
        door = name if kind == "flapping" else None
        about = {"name": name, "url": receiver.url(path, door), "ordering": ordering, "deliver_from": "beginning"}
        if kind == "flapping":
            about["timeout"] = "700ms"
        settings.append(about | {"source": {"stream": stream}} | SOON)
        expected.append(Expectation(path, stream, ordering, flapping=kind == "flapping"))
    return settings, expected


async def flap(receiver, random, stopping):
    """Until `stopping()`; then all is up again."""
    number = random.randrange(len(MODES))
    while not stopping():
        await receiver.turn_all(MODES[number % len(MODES)])
        number += 1
        await asyncio.sleep(random.uniform(0.3, 0.9))
        await receiver.turn_all("up")
        await asyncio.sleep(random.uniform(0.3, 0.9))


class Changing:
    """Endpoints that are created, deleted and created again with the same names."""

    def __init__(self, fleet, random):
        self._fleet, self._random = fleet, random
        self.expected = []
        self._created = {}  # when the last endpoint of each name was, as its answer said

    async def run(self, stopping):
        """Until `stopping()`; the last ones stay."""
        await asyncio.gather(*(self._come_and_go(o, stopping) for o in ("none", "per-key", "strict")))

    async def _call(self, method, path, content=None):
        """At any replica that serves."""
        serving = [r for r in self._fleet.replicas if r.serving]
        if not serving:
            return 0, None
        return await asyncio.to_thread(call, method, self._random.choice(serving).api(path), content)

    async def _come_and_go(self, ordering, stopping):
        stream = self._random.choice((MAIN, SECOND))
        incarnation = 0
        while not stopping():
            incarnation += 1
            expected = await self._create(ordering, stream, f"/made/{ordering}-{incarnation}")
            await asyncio.sleep(self._random.uniform(0.5, 2.5))
            if stopping():
                break
            await self._delete(ordering)
            expected.deleted_at = time.monotonic_ns() // 1_000_000

    async def _create(self, ordering, stream, path):
        """Tried until it is there: an earlier try may have worked although its response did not come."""
        name = f"made-{ordering}"
        content = {"name": name, "url": self._fleet.receiver.url(path), "ordering": ordering}
        content |= {"source": {"stream": stream}, "allow_private_addresses": True} | SOON
        async with asyncio.timeout(60):
            while True:
                status, answer = await self._call("POST", "", content)
                if status == 409:
                    answer = await self._taken(name)
                elif status != 201:
                    if status not in (0, 503):
                        raise RuntimeError(f"POST of {name}: {status}")
                    await asyncio.sleep(0.05)
                    continue
                self._created[name] = answer["created_at"]
                expected = Expectation(path, stream, ordering, first=answer["start"]["sequence"])
                self.expected.append(expected)
                return expected

    async def _taken(self, name):
        """The endpoint whose name a replica found taken in the bucket. Any replica is asked, and one that follows the
        bucket later tells of the last endpoint of that name, or of none."""
        while True:
            status, answer = await self._call("GET", f"/{name}")
            if status == 200 and answer["created_at"] != self._created.get(name):
                return answer
            if status not in (0, 200, 404, 503):
                raise RuntimeError(f"GET of {name}: {status}")
            await asyncio.sleep(0.05)

    async def _delete(self, ordering):
        async with asyncio.timeout(60):
            while (status := (await self._call("DELETE", f"/made-{ordering}"))[0]) not in (204, 404):
                if status not in (0, 503):
                    raise RuntimeError(f"DELETE of made-{ordering}: {status}")
                await asyncio.sleep(0.05)
