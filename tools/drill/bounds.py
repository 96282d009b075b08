"""Whether a shard had its next owner in time, beside what the machine itself took. Pure."""

TAKEOVER = 5.0  # s, at most, after its owner died
HANDOVER = 0.2  # s, at most, after its owner released it because it leaves

# Of a takeover that wait for a processor: some 16 questions to nats-server, each of which wakes four threads.
STEPS = 64
SPAN = 5  # samples over which a wait is averaged


def worst_wait(samples, name, since, until):
    """For how long a thread that was ready to run waited for a processor, on average over the worst SPAN that touches
    this time. `samples`: (when, {name: (s waited, how often)}) in their order; the counters may begin anew."""
    worst = 0
    for (begin, before), (end, after) in zip(samples, samples[SPAN:]):
        if name in before and name in after and begin <= until and end >= since:
            waited, times = (b - a for a, b in zip(before[name], after[name]))
            if waited > 0 and times > 0:
                worst = max(worst, waited / times)
    return worst


def held_up(samples, names, since, until):
    """What the machine may have cost a takeover: as if each of its steps had waited as in the worst moments of those
    processes. More of it is no excuse: under load threads wait all the time, but few of them are on its way."""
    return STEPS * max((worst_wait(samples, name, since, until) for name in names), default=0)


def stood_still(samples, name, since, until):
    """For how long, in all, the wakings of one thread came late meanwhile."""
    before = [counters[name][0] for at, counters in samples if at <= since]
    after = [counters[name][0] for at, counters in samples if at >= until]
    return after[0] - before[-1] if before and after else 0


def late(waits, bound, machine):
    """(what is too late, what may have been in time on a machine with nothing else to do), one sentence each.
    `machine(wait)`: s that it may have cost."""
    missed, excused = [], []
    for w in waits:
        if w.seconds <= bound:
            continue
        cost = machine(w)
        text = f"shard {w.shard} waited {w.seconds:.3f} s for its next owner: more than {bound} s"
        if w.seconds - cost > bound:
            missed.append(f"{text}, of which the machine may have cost {cost:.3f} s")
        else:
            excused.append(f"{text}, but the machine may have cost {cost:.3f} s")
    return missed, excused
