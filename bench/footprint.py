"""Memory at rest and with a million events waiting, and the time to become ready."""

import contextlib
import statistics
import time

import processes
import result
import services
import web

WAITING = 1_000_000
STARTS = 7


def measure(plan):
    with contextlib.ExitStack() as closing:
        stack = services.Stack(plan.programs, closing)
        stack.postgres.recreate("todos")
        nobody = [services.endpoint("away", f"http://127.0.0.1:{processes.free_port()}/hook", "now")]
        services_of = {
            "todo-be": lambda: stack.todo_be("todos"),
            "broadcaster": lambda: stack.broadcaster("idle", nobody),
        }
        for part in (start_time, idle_memory):
            for name, start in services_of.items():
                yield lambda part=part, name=name, start=start: [part(name, start)]
        yield lambda: [memory_with_backlog(stack)]


def start_time(name, start):
    taken = []
    for _ in range(STARTS):
        with start() as process:
            taken.append(process.start_seconds * 1000)
    # The first start migrates the database, or creates the streams.
    return result.at_most(
        f"{name}: exec -> ready", statistics.median(taken[1:]), "ms", 200, f"slowest {max(taken):.0f} ms"
    )


def idle_memory(name, start):
    with start() as process:
        time.sleep(3)
        return result.at_most(f"{name}: resident, idle", process.resident_mb(), "MB", 20)


def memory_with_backlog(stack):
    """The endpoint does not answer, so that all of them wait; the largest of several readings."""
    stack.fill_stream(WAITING)
    away = [services.endpoint("backlog", f"http://127.0.0.1:{processes.free_port()}/hook")]
    with stack.broadcaster("backlog", away) as process:

        def pending():
            return web.metric(process.metrics, "broadcaster_endpoint_pending")

        process.wait_until(lambda: pending() >= WAITING, "seeing the backlog")
        readings = []
        for _ in range(20):
            readings.append(process.resident_mb())
            time.sleep(0.5)
        return result.at_most(f"broadcaster: resident, {WAITING:,} waiting", max(readings), "MB", 64)
