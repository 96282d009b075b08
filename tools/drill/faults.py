"""What is done to a fleet. Each is a coroutine that leaves everything running; `random` decides when and whom."""

import asyncio
import dataclasses
import time

LEASE = 5.0  # s after which a shard of a silent owner is surely somebody else's


@dataclasses.dataclass
class Blow:
    """A replica was struck down: its shards wait for their next owner from then on."""

    at: float  # s since 1970
    replica: int


class Faults:
    def __init__(self, fleet, random):
        self._fleet, self._random = fleet, random
        self.blows = []

    def _owner(self):
        """A replica that has endpoints to lose."""
        owners = sorted(r for r in self._fleet.ownership().deliverers() if self._fleet.replicas[r].serving)
        return self._fleet.replicas[self._random.choice(owners)] if owners else None

    async def _pause(self, least, most):
        await asyncio.sleep(self._random.uniform(least, most))

    async def _past_its_lease(self):
        """Until others own all, however long that takes; where there are none, for longer than a lease. And a while."""
        until = time.monotonic() + LEASE
        longest = until + 30
        while not self._fleet.all_owned() and time.monotonic() < (longest if self._fleet.any_serves() else until):
            await asyncio.sleep(0.02)
        await self._pause(0, 1)

    async def _strike(self):
        replica = self._owner()
        while not replica:
            await asyncio.sleep(0.02)
            replica = self._owner()
        self.blows.append(Blow(time.time(), replica.number))
        return replica

    async def kill_broadcaster(self):
        replica = await self._strike()
        await replica.kill()
        if len(self._fleet.replicas) > 1 and self._random.random() < 0.5:
            await self._past_its_lease()
        await self._pause(0, 0.5)
        await replica.start()
        await self._all_owned()

    async def roll_broadcasters(self):
        """One after the other is stopped and started again, the next when this one is ready."""
        for replica in self._random.sample(self._fleet.replicas, len(self._fleet.replicas)):
            await replica.stop()
            await self._pause(0, 0.3)
            await replica.start()
            await self._pause(0, 0.5)
        await self._all_owned()

    async def freeze_broadcaster(self):
        replica = await self._strike()
        replica.freeze()
        await self._past_its_lease()
        replica.thaw()
        await self._all_owned()

    async def cut_broadcaster_off(self):
        replica = await self._strike()
        replica.serving = False
        replica.proxy.cut()
        await self._past_its_lease()
        replica.proxy.heal(lost=self._random.random() < 0.5)
        replica.serving = True
        await self._all_owned()

    async def kill_nats(self):
        for least, most in ((0, 0.5), (1, 4.5)):
            await self._fleet.nats.kill()
            await self._pause(least, most)
            await self._fleet.nats.start_again()
            await self._pause(0.5, 1)

    async def kill_receiver(self):
        for least, most in ((0, 0.3), (0.5, 2)):
            await self._fleet.receiver.kill()
            await self._pause(least, most)
            await self._fleet.receiver.start()
            await self._pause(0.3, 1)

    async def everything(self):
        """At the same time; with one replica what is done to it is done once."""

        async def later(fault):
            await self._pause(0, 1.5)
            await fault()

        on_replicas = [self.kill_broadcaster, self.freeze_broadcaster, self.cut_broadcaster_off]
        chosen = self._random.sample(on_replicas, min(len(self._fleet.replicas), 3))
        await asyncio.gather(*(later(f) for f in [self.kill_nats, self.kill_receiver, *chosen]))

    async def _all_owned(self):
        until = time.monotonic() + 60
        while not self._fleet.all_owned():
            if time.monotonic() > until:
                raise RuntimeError("a shard has had no owner for 60 s")
            await asyncio.sleep(0.02)
