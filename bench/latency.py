"""From a POST to its webhook, open loop."""

import contextlib
import json

import processes
import result
import services

PER_SECOND = 1000
PARTS = ("intended_to_sent", "sent_to_accepted", "sent_to_published", "published_to_arrived")


def measure(plan):
    for storage, where in ((services.MEMORY, "data in memory"), (services.DISK, "data on this disk")):
        name = f"POST -> webhook, {PER_SECOND}/s, {where}"
        yield name, lambda storage=storage, where=where: measure_on(storage, where, plan)


def measure_on(storage, where, plan):
    with contextlib.ExitStack() as closing:
        stack = services.Stack(plan.programs, closing, storage)
        stack.postgres.recreate("todos")
        port = processes.free_port()
        hook = services.endpoint("latency", f"http://127.0.0.1:{port}/hook")
        with stack.todo_be("todos") as todo_be, stack.broadcaster("latency", [hook]):
            run(stack, todo_be, port, 2)  # warms up
            return list(report(run(stack, todo_be, port, plan.latency_seconds), where))


def run(stack, todo_be, port, seconds):
    return json.loads(
        processes.run(
            [
                *processes.real_time(),
                stack.programs / "open_loop",
                todo_be.url + "/api",
                port,
                PER_SECOND,
                seconds,
                stack.nats.url,
            ]
        )
    )


def report(seen, where):
    complete = seen["created"] == seen["arrived"] == seen["wanted"]
    lost = (
        "" if complete else f"of {seen['wanted']} POSTs {seen['created']} created, {seen['arrived']} webhooks arrived. "
    )
    for beginning, label in (("from_accepted", "POST accepted"), ("from_intended", "intended POST")):
        for percentile, target in (("p50", 1), ("p99", 5)):
            note = lost + parts(seen) if (beginning, percentile) == ("from_intended", "p99") else lost
            line = result.at_most(
                f"{label} -> webhook, {PER_SECOND}/s, {percentile}, {where}",
                seen[beginning][percentile],
                "ms",
                target,
                note,
            )
            line.ok = line.ok and complete
            yield line


def parts(seen):
    taken = (f"{part.replace('_', ' ')} {seen[part]['p50']:.2f}, {seen[part]['p99']:.2f}" for part in PARTS)
    return "p50, p99 of its parts: " + "; ".join(taken)
