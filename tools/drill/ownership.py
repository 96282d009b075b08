"""Who owned which shard when, as the replicas' logs tell."""

import dataclasses
import datetime
import json

STARTED, STOPPING, OWNED, RELEASED = "broadcaster started", "stopping", "shard owned", "shard released"

OWNED_FOR = 3.0  # s after the write of a shard's key (shard_owned_for)


@dataclasses.dataclass(frozen=True)
class Change:
    at: float  # s since 1970
    replica: int
    what: str
    shard: int = -1
    endpoints: int = 0  # of the shard


@dataclasses.dataclass(frozen=True)
class Wait:
    """Of a shard for its next owner. `until` is infinite and `taker` None where none came."""

    shard: int
    since: float
    until: float = float("inf")
    taker: int | None = None

    @property
    def seconds(self):
        return self.until - self.since


class Ownership:
    def __init__(self, changes):
        self._changes = sorted(changes, key=lambda c: c.at)

    @classmethod
    def read(cls, logs):
        changes = []
        for replica, log in enumerate(logs):
            text = log.read_text(encoding="utf-8")
            for line in text[: text.rfind("\n") + 1].splitlines():  # the last one may be only half written
                if any(f'"{what}"' in line for what in (STARTED, STOPPING, OWNED, RELEASED)):
                    entry = json.loads(line)
                    at = datetime.datetime.fromisoformat(entry["time"]).timestamp()
                    changes.append(Change(at, replica, entry["msg"], entry.get("shard", -1), entry.get("endpoints", 0)))
        return cls(changes)

    def owners(self, at=float("inf")):
        """The replica that owned each shard then; of what was killed or frozen, the last one."""
        owners = {}
        for change in self._changes:
            if change.at > at:
                break
            if change.what == OWNED:
                owners[change.shard] = change.replica
            elif change.what != STOPPING:  # released: one shard; started anew: all
                gone = {change.shard} if change.what == RELEASED else set(owners)
                owners = {s: r for s, r in owners.items() if r != change.replica or s not in gone}
        return owners

    def deliverers(self):
        """The replicas that own a shard with endpoints."""
        filled = {c.shard for c in self._changes if c.endpoints > 0}
        return {replica for shard, replica in self.owners().items() if shard in filled}

    def takeovers(self, replica, at):
        """Of each shard that the replica owned then."""
        return [self._wait(shard, at) for shard, owner in self.owners(at).items() if owner == replica]

    def taken_early(self):
        """(shard, s) of each that another replica took although its owner had only just written the key: two owners.
        An owner that was frozen or cut off may tell late that it owned a shard, any that it released it."""
        early, since = {}, {}
        for change in self._changes:
            shard, (owner, at) = change.shard, since.get(change.shard, (change.replica, 0))
            if change.what == OWNED:
                if owner != change.replica and change.at - at < OWNED_FOR:
                    early[shard, owner] = change.at - at
                since[shard] = change.replica, change.at
            elif change.what == RELEASED:
                early.pop((shard, change.replica), None)
                if owner == change.replica:
                    since.pop(shard, None)
            elif change.what == STARTED:
                since = {s: o for s, o in since.items() if o[0] != change.replica}
        return [(shard, held) for (shard, _), held in early.items()]

    def handovers(self):
        """The same for each shard of a replica that stopped; its next owner may be quicker than its own log."""
        stopping, released = set(), []
        for c in self._changes:
            if c.what == STOPPING:
                stopping.add(c.replica)
            elif c.what == STARTED:
                stopping.discard(c.replica)
            elif c.what == RELEASED and c.replica in stopping:
                released.append(c)
        kept = [c for c in released if self.owners(c.at - 1e-6).get(c.shard) == c.replica]
        return [self._wait(c.shard, c.at) for c in kept]

    def _wait(self, shard, since):
        for c in self._changes:
            if c.what == OWNED and c.shard == shard and c.at > since:
                return Wait(shard, since, c.at, c.replica)
        return Wait(shard, since)
