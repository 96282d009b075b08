"""The load generators, and how two of them are compared."""

import contextlib
import json
import pathlib
import re
import statistics
import time

import processes

LUA = pathlib.Path(__file__).with_name("load.lua")


def wrk(url: str, seconds: int, method: str = "GET", body: str = "", headers=None, connections: int = 32):
    """One run; the dictionary printed by load.lua. Any status but 2xx and 3xx is an error."""
    request = [method, body, *(part for header in (headers or {}).items() for part in header)]
    out = processes.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", LUA, url, "--", *request])
    result = json.loads(re.search(r"^RESULT (.*)$", out, re.MULTILINE).group(1))
    if result["refused"] or result["lost"]:
        raise RuntimeError(f"wrk {method} {url}: {result['refused']} refused, {result['lost']} lost")
    return result


def wrk_rate(*arguments, **options) -> float:
    result = wrk(*arguments, **options)
    return result["requests"] / result["seconds"]


def counted_rate(count, seconds: float, process, warm_up: float = 0.5) -> float:
    """How fast `count()` grows while `process` runs, once it has grown all the time for `warm_up`."""
    with process.thawed():
        wait_until_steady(count, process, warm_up)
        before, began = count(), time.monotonic()
        time.sleep(seconds)
        after, ended = count(), time.monotonic()
        time.sleep(0.2)
        if count() == after:
            raise RuntimeError("it came to a halt: nothing is counted any more")
    return (after - before) / (ended - began)


def wait_until_steady(count, process, seconds: float) -> None:
    """After a start, or after a stand-still in which it lost its shards, it may take some time."""
    last, since = count(), time.monotonic()

    def steady() -> bool:
        nonlocal last, since
        time.sleep(0.1)
        now, before = count(), last
        last = now
        if now == before:
            since = time.monotonic()
        return time.monotonic() - since >= seconds

    process.wait_until(steady, "getting to full speed")


class Comparison:
    """Two rates, measured in alternating slices: each of ours is compared with the mean of the reference just before
    and just after it, so that a machine that gets slower or faster meanwhile does not count. Medians of each rate and
    of those ratios; all ratios too, so that a reader sees how quiet the machine was."""

    def __init__(self, ours, reference, rounds: int):
        reference(), ours()  # warms up
        references, rates = [reference()], []
        for _ in range(rounds):
            rates.append(ours())
            references.append(reference())
        if min(references) <= 0:
            raise RuntimeError("the reference came to a halt")
        self.value = statistics.median(rates)
        self.reference = statistics.median(references)
        self.ratios = [2 * o / (before + after) for o, before, after in zip(rates, references, references[1:])]
        self.ratio = statistics.median(self.ratios)


@contextlib.contextmanager
def frozen(starting):
    """Freezes what `starting` starts, as soon as it is there: it runs only in its slices."""
    with starting as process:
        process.freeze()
        try:
            yield process
        finally:
            process.thaw()
