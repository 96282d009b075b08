"""One run: `python3 -m drill.run SCENARIO REPLICAS SEED FOLDER` prints what came of it as JSON."""

import asyncio
import dataclasses
import json
import pathlib
import random
import sys
import time
import traceback

from . import endpoints
from .bounds import HANDOVER, TAKEOVER, held_up, late, stood_still
from .faults import Faults
from .fleet import Fleet
from .nats_client import Client
from .publisher import Publisher, Source
from .scenarios import SCENARIOS
from .verdict import arrivals, judge, missing
from .waits import LOOP, Waits

SECOND_RATE = 200
SILENT = 60  # s without an arrival: what is missing then is lost, not slow
REPEATED = 400  # at most, per endpoint, after a broadcaster was killed at 1,000 events/s


@dataclasses.dataclass
class Result:
    scenario: str
    replicas: int
    seed: int
    seconds: float = 0
    events: int = 0
    accepted: int = 0
    lost: int = 0
    out_of_order: int = 0
    uncalled: int = 0
    repeated: int = 0  # at the endpoint where it was most, without those that flap
    repeated_flapping: int = 0
    takeover: float = 0  # s, the slowest
    handover: float = 0
    changing: int = 0  # endpoints created through the API
    problems: list = dataclasses.field(default_factory=list)
    excused: list = dataclasses.field(default_factory=list)  # what a busy machine may explain


class Run:
    def __init__(self, scenario, replicas, seed, folder):
        self._scenario = SCENARIOS[scenario]
        self._random = random.Random(f"{scenario} {replicas} {seed}")
        self.result = Result(scenario, replicas, seed)
        shards = self._random.choice((4, 8))
        self._fleet = Fleet(folder, replicas, shards, endpoints.FLAPPING, self._scenario.behind_proxy)
        self._client = Client(self._fleet.nats.port)
        sources = [
            Source(endpoints.MAIN, "todos.events", self._scenario.rate),
            Source(endpoints.SECOND, "drill.events", SECOND_RATE),
        ]
        self._publisher = Publisher(self._client, sources, seed)
        self._changing = endpoints.Changing(self._fleet, random.Random(seed))
        self._faults = Faults(self._fleet, self._random)
        self._waits = Waits(self._fleet.processes)

    async def go(self):
        client = asyncio.create_task(self._client.run())
        watch = asyncio.create_task(self._waits.watch())
        try:
            await self._make_streams()
            settings, self._expected = endpoints.configured(self._fleet.receiver)
            await self._fleet.start(settings)
            await self._publish_and_strike()
            await self._drain()
            self._judge()
        finally:
            client.cancel()
            watch.cancel()
            self._fleet.stop()

    async def _make_streams(self):
        for stream, subjects in ((endpoints.MAIN, ["todos.events", "todos.events.>"]), (endpoints.SECOND, ["drill.>"])):
            config = {"name": stream, "subjects": subjects, "storage": "file", "duplicate_window": 600_000_000_000}
            answer = await self._client.request(f"$JS.API.STREAM.CREATE.{stream}", config)
            if "error" in answer:
                raise RuntimeError(f"stream {stream}: {answer['error']}")

    async def _publish_and_strike(self):
        async with asyncio.TaskGroup() as group:
            group.create_task(self._publisher.run())
            group.create_task(self._changing.run(lambda: self._publisher.stopping))
            group.create_task(endpoints.flap(self._fleet.receiver, self._random, lambda: self._publisher.stopping))
            await asyncio.sleep(self._random.uniform(1, 2))
            await self._scenario.fault(self._faults)
            await asyncio.sleep(1)
            self._publisher.stopping = True

    def _accepted(self):
        return arrivals(self._fleet.receiver.log.read_text(encoding="ascii"))

    async def _drain(self):
        """Until all is delivered. That it is not is found by _judge."""
        expected = self._expected + self._changing.expected
        least, since = float("inf"), time.monotonic()
        while least > 0 and time.monotonic() < since + SILENT:
            await asyncio.sleep(0.2)
            accepted = self._accepted()
            left = sum(len(missing(e, self._publisher.stored, accepted.get(e.path, []))) for e in expected)
            if left < least:
                least, since = left, time.monotonic()

    def _judge(self):
        r, accepted = self.result, self._accepted()
        for e in self._expected + self._changing.expected:
            v = judge(e, self._publisher.stored, accepted.get(e.path, []))
            r.accepted += v.accepted
            r.lost += v.lost
            r.out_of_order += v.out_of_order
            r.uncalled += v.uncalled
            if e.flapping:
                r.repeated_flapping = max(r.repeated_flapping, v.repeated)
            else:
                r.repeated = max(r.repeated, v.repeated)
            if not v.ok:
                r.problems.append(str(v))
        r.events = len(self._publisher.stored)
        r.changing = len(self._changing.expected)
        self._fleet.note("stored.json", {i: dataclasses.astuple(s) for i, s in self._publisher.stored.items()})
        self._judge_owners()
        if r.scenario == "kill" and r.repeated > REPEATED:
            r.problems.append(f"{r.repeated} events were repeated at an endpoint: more than {REPEATED}")

    def _judge_owners(self):
        """How quickly another replica took over; one alone has nobody."""
        if self.result.replicas == 1:
            return
        ownership = self._fleet.ownership()
        if self.result.scenario in ("kill", "roll", "receiver"):
            early = ownership.taken_early()
            self.result.problems += [f"shard {s} was taken from an owner of {held:.3f} s" for s, held in early]
        if self._scenario.takeovers:
            waits = [w for b in self._faults.blows for w in ownership.takeovers(b.replica, b.at)]
            self.result.takeover = self._in_time(waits, TAKEOVER)
        if self.result.scenario == "roll":
            self.result.handover = self._in_time(ownership.handovers(), HANDOVER)

    def _in_time(self, waits, bound):
        """The longest."""
        missed, excused = late(waits, bound, self._machine)
        self.result.problems += missed
        self.result.excused += excused
        return max((w.seconds for w in waits), default=0)

    def _machine(self, wait):
        """What it may have cost."""
        samples, times = self._waits.samples, (wait.since, wait.until)
        through_proxy = stood_still(samples, LOOP, *times) if self._scenario.behind_proxy else 0
        return held_up(samples, ("nats", wait.taker), *times) + through_proxy


def main(scenario, replicas, seed, folder):
    started = time.monotonic()
    run = Run(scenario, int(replicas), int(seed), pathlib.Path(folder))
    try:
        asyncio.run(run.go())
    except Exception:  # is the run's result
        run.result.problems.append(traceback.format_exc())
    run.result.seconds = round(time.monotonic() - started, 1)
    print(json.dumps(dataclasses.asdict(run.result)))


if __name__ == "__main__":
    main(*sys.argv[1:])
