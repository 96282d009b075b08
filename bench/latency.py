"""From a POST to its webhook, open loop."""

import contextlib
import json

import processes
import result
import services

PER_SECOND = 1000


def measure(plan):
    yield from measure_on(services.MEMORY, "data in memory", plan)
    yield from measure_on(services.DISK, "data on this disk", plan)


def measure_on(storage, where, plan):
    with contextlib.ExitStack() as closing:
        stack = services.Stack(plan.programs, closing, storage)
        stack.postgres.recreate("todos")
        port = processes.free_port()
        hook = services.endpoint("latency", f"http://127.0.0.1:{port}/hook")
        with stack.todo_be("todos") as todo_be, stack.broadcaster("latency", [hook]):
            run(stack, todo_be, port, 2)  # warms up
            yield lambda: list(report(run(stack, todo_be, port, plan.latency_seconds), where))


def run(stack, todo_be, port, seconds):
    return json.loads(processes.run([stack.programs / "open_loop", todo_be.url + "/api", port, PER_SECOND, seconds,
                                     stack.nats.url]))


def report(seen, where):
    complete = seen["created"] == seen["arrived"] == seen["wanted"]
    note = "" if complete else f"of {seen['wanted']} POSTs {seen['created']} created, {seen['arrived']} webhooks arrived"
    for beginning, label in (("from_accepted", "POST accepted"), ("from_intended", "intended POST")):
        for percentile, target in (("p50", 1), ("p99", 5)):
            line = result.at_most(f"{label} -> webhook, {PER_SECOND}/s, {percentile}, {where}", seen[beginning][percentile], "ms",
                                  target, note)
            line.ok = line.ok and complete
            yield line
