"""Live events at a steady rate: how soon their webhooks arrive, alone and beside a backlog, and what comes twice."""

import contextlib
import json
import statistics
import subprocess
import time

import processes
import result
import services
import web

PER_SECOND = 1000
ENDPOINTS = 100  # each wants one event in as many
BACKLOG = 1_000_000
KILLED = 4  # endpoints, each of which wants every event


def measure(plan):
    with contextlib.ExitStack() as closing:
        stack = services.Stack(plan.programs, closing)
        for name, part in (
            (f"publish -> receipt, {PER_SECOND:,}/s, {ENDPOINTS} endpoints want 1 % each", latency),
            (f"publish -> receipt beside a backlog of {BACKLOG:,} that drains, p99", beside_a_backlog),
            (f"repeated after SIGKILL at {PER_SECOND:,} events/s, per endpoint", repeated),
        ):
            yield name, lambda name=name, part=part: part(name, stack, plan)


class Loop:
    """publish_loop beside a broadcaster: publisher and receiver."""

    def __init__(self, stack, types, copies):
        self.stack, self.types, self.copies, self.port = stack, types, copies, processes.free_port()

    def hooks(self):
        count = max(self.types, self.copies)
        url = f"http://127.0.0.1:{self.port}/hook"
        return [
            services.endpoint(f"live{n}", f"{url}/{n}", "now", events=[f"bench.{n % self.types}"]) for n in range(count)
        ]

    def start(self, nats, seconds):
        return subprocess.Popen(
            [
                *processes.real_time(),
                str(self.stack.programs / "publish_loop"),
                nats.url,
                *(str(n) for n in (self.port, PER_SECOND, seconds, self.types, self.copies)),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )

    @staticmethod
    def finish(running):
        out, _ = running.communicate(timeout=180)
        if running.returncode:
            raise RuntimeError(f"publish_loop ended with {running.returncode}")
        seen = json.loads(out)
        if seen["refused"] or seen["arrived"] != seen["wanted"]:
            raise RuntimeError(f"of {seen['wanted']} webhooks {seen['arrived']} arrived, {seen['refused']} refused")
        return seen

    def run(self, nats, seconds):
        return self.finish(self.start(nats, seconds))


def latency(name, stack, plan):
    loop = Loop(stack, types=ENDPOINTS, copies=1)
    with stack.alone("live", loop.hooks(), 1) as process:
        loop.run(process.nats, 2)  # warms up
        seen = loop.run(process.nats, plan.latency_seconds)
    note = f"p99.9 {seen['from_intended']['p999']:.2f} ms, largest {seen['from_intended']['max']:.2f} ms"
    return [
        result.at_most(f"{name}, p50", seen["from_intended"]["p50"], "ms", 0.5),
        result.at_most(f"{name}, p99", seen["from_intended"]["p99"], "ms", 5, note),
    ]


def beside_a_backlog(name, stack, plan):
    """In turn: the receiver of the backlog is away, then it is there and the backlog drains."""
    loop = Loop(stack, types=ENDPOINTS, copies=1)
    receiver = stack.another_nginx("behind")
    receiver.stop()
    behind = services.endpoint(
        "behind", f"{receiver.url}/hook", events=["io.tidings.todo.*"], first_probe="100ms", longest_probe="200ms"
    )
    seconds = 4 * plan.seconds  # the slowest hundredth of less is the machine's own unrest
    with stack.alone("backlog", [*loop.hooks(), behind], BACKLOG) as process:
        loop.run(process.nats, 2)
        before, beside, drained = [], [], []
        for _ in range(plan.rounds):
            process.wait_until(lambda: state_of(process, "behind") == 1, "pausing")
            before.append(loop.run(process.nats, seconds)["from_intended"]["p99"])
            receiver.start()
            process.wait_until(lambda: receiver.requests() > 100, "draining")
            had, began = receiver.requests(), time.monotonic()
            beside.append(loop.run(process.nats, seconds)["from_intended"]["p99"])
            drained.append((receiver.requests() - had) / (time.monotonic() - began))
            receiver.stop()
    if min(drained) < 100:
        raise RuntimeError(f"the backlog did not drain all the time: {drained}")
    ratio = statistics.median(b / a for a, b in zip(before, beside))
    rounds = ", ".join(f"{b / a:.2f}" for a, b in zip(before, beside))
    note = f"the backlog drained at {statistics.median(drained):,.0f}/s; its rounds: {rounds}"
    return [
        result.at_most_times(
            name, statistics.median(beside), "ms", "it does not drain", statistics.median(before), ratio, 1.2, note
        )
    ]


def state_of(process, endpoint) -> float:
    return web.metric(process.metrics, "broadcaster_endpoint_state", f'endpoint="{endpoint}"')


def repeated(name, stack, plan):
    """Of all endpoints and rounds the most. A second replica takes over."""
    loop = Loop(stack, types=1, copies=KILLED)
    most = max(killed_once(stack, loop) for _ in range(plan.rounds))
    note = f"the most of {KILLED} endpoints and {plan.rounds} kills; all {PER_SECOND * 6:,} events of each arrived"
    return [result.at_most(name, most, "webhooks", 400, note)]


def killed_once(stack, loop):
    with stack.alone("killed", loop.hooks(), 1) as first:
        with stack.broadcaster("follower", loop.hooks(), first.nats) as second:
            running = loop.start(first.nats, 6)
            try:
                # The endpoints may all be one's: the one that delivers dies.
                both = (first, second)
                first.wait_until(lambda: max(map(delivered, both)) > PER_SECOND, "delivering")
                max(both, key=delivered).kill()
                return loop.finish(running)["most_repeated"]
            finally:
                running.kill()


def delivered(process) -> float:
    return web.metric(process.metrics, "broadcaster_webhook_requests_total", 'outcome="success"')
