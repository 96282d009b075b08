"""The load generators, and how two of them are compared."""

import contextlib
import json
import pathlib
import re
import statistics
import time

import processes

LUA = pathlib.Path(__file__).with_name("load.lua")


def wrk(url: str, seconds: int, method: str = "GET", body: str = "", connections: int = 32):
    """One run; the dictionary printed by load.lua. Any status but 2xx is an error."""
    request = [method, body] if body else [method]
    out = processes.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", LUA, url, "--", *request])
    result = json.loads(re.search(r"^RESULT (.*)$", out, re.MULTILINE).group(1))
    if result["refused"] or result["lost"]:
        raise RuntimeError(f"wrk {method} {url}: {result['refused']} refused, {result['lost']} lost")
    return result


def wrk_rate(*arguments, **options) -> float:
    result = wrk(*arguments, **options)
    return result["requests"] / result["seconds"]


def counted_rate(count, seconds: float, process) -> float:
    """How fast `count()` grows while `process` runs, once it is at full speed."""
    with process.thawed():
        time.sleep(0.5)
        before, began = count(), time.monotonic()
        time.sleep(seconds)
        after, ended = count(), time.monotonic()
    return (after - before) / (ended - began)


class Comparison:
    """Two rates, measured in alternating slices: medians of each and of the ratio within each round."""

    def __init__(self, ours, reference, rounds: int):
        taken = []
        for number in range(rounds + 1):
            reference_rate, our_rate = reference(), ours()
            if reference_rate <= 0:
                raise RuntimeError("the reference came to a halt")
            if number > 0:  # the first round warms up
                taken.append((our_rate, reference_rate))
        self.value = statistics.median(o for o, _ in taken)
        self.reference = statistics.median(r for _, r in taken)
        self.ratio = statistics.median(o / r for o, r in taken)


@contextlib.contextmanager
def frozen(*all_of_them):
    """Starts them all frozen: each runs only in its slice."""
    for process in all_of_them:
        process.freeze()
    try:
        yield
    finally:
        for process in all_of_them:
            process.thaw()
