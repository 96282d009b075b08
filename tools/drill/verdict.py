"""What came of an endpoint's events: what JetStream acknowledged against what the endpoint accepted. Pure."""

import dataclasses


@dataclasses.dataclass
class Expectation:
    """Of one endpoint, from its creation to its deletion."""

    path: str
    stream: str
    ordering: str  # none, per-key, strict
    first: int = 1  # the sequence from which it gets events
    deleted_at: int | None = None  # ms
    flapping: bool = False


@dataclasses.dataclass
class Verdict:
    path: str
    lost: int = 0
    out_of_order: int = 0
    repeated: int = 0
    uncalled: int = 0  # from before its first event, or long after it was deleted
    accepted: int = 0

    @property
    def ok(self):
        return not (self.lost or self.out_of_order or self.uncalled)


DELETED_FOR = 5_000  # ms after which a deleted endpoint gets nothing more, whoever was frozen or cut off


def arrivals(log):
    """{path: [(ms, id)]} in the order of acceptance. The last line may be only half written."""
    by_path = {}
    for line in log[: log.rfind("\n") + 1].splitlines():
        at, path, event_id = line.split()
        by_path.setdefault(path, []).append((int(at), event_id))
    return by_path


def missing(expected, stored, accepted):
    """The events that it should have and has not. `accepted`: (ms, id)."""
    if expected.deleted_at is not None:
        return []
    ids = {event_id for _, event_id in accepted}
    return [
        event_id
        for event_id, s in stored.items()
        if s.stream == expected.stream and s.sequence >= expected.first and event_id not in ids
    ]


def judge(expected, stored, accepted):
    """`stored`: {id: stream, sequence, key} of what was acknowledged. Order is that of first arrivals."""
    v = Verdict(expected.path, lost=len(missing(expected, stored, accepted)))
    seen, highest = set(), {}
    for at, event_id in accepted:
        event = stored[event_id]
        if event_id in seen:
            v.repeated += 1
            continue
        seen.add(event_id)
        late = expected.deleted_at is not None and at > expected.deleted_at + DELETED_FOR
        v.uncalled += event.stream != expected.stream or event.sequence < expected.first or late
        lane = event.key if expected.ordering == "per-key" else ""
        if expected.ordering != "none" and event.sequence < highest.get(lane, 0):
            v.out_of_order += 1
        highest[lane] = max(event.sequence, highest.get(lane, 0))
    v.accepted = len(seen)
    return v
