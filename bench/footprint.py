"""Memory at rest and with a million events waiting, and the time to become ready."""

import contextlib
import statistics
import time

import processes
import result
import servers
import services
import web

WAITING = 1_000_000
MANY = 10_000
STARTS = 7


def measure(plan):
    with contextlib.ExitStack() as closing:
        stack = services.Stack(plan.programs, closing)
        nobody = [services.endpoint("away", f"http://127.0.0.1:{processes.free_port()}/hook", "now")]
        services_of = {"todo-be": lambda: todo_be(stack), "broadcaster": lambda: stack.broadcaster("idle", nobody)}
        for part, what in ((start_time, "exec -> ready"), (idle_memory, "resident, idle")):
            for name, start in services_of.items():
                yield f"{name}: {what}", lambda part=part, name=name, start=start: [part(name, start)]
        for name, part in (
            (f"broadcaster: resident, {WAITING:,} waiting", memory_with_backlog),
            (f"broadcaster: resident, {MANY:,} endpoints idle", memory_of_many),
            ("broadcaster: resident, 100 endpoints hang with events of 1 MiB", memory_in_hand),
        ):
            yield name, lambda name=name, part=part: [part(name, stack)]


@contextlib.contextmanager
def todo_be(stack):
    stack.postgres  # before the time is taken
    if not stack.postgres.sql("select 1 from pg_database where datname = 'todos'", "postgres"):
        stack.postgres.recreate("todos")
    with stack.todo_be("todos") as process:
        yield process


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


def memory_with_backlog(name, stack):
    """The endpoint does not answer, so that all of them wait; the largest of several readings."""
    away = [services.endpoint("backlog", f"http://127.0.0.1:{processes.free_port()}/hook")]
    with stack.alone("backlog", away, WAITING) as process:

        def pending():
            return web.metric(process.metrics, "broadcaster_endpoint_pending")

        process.wait_until(lambda: pending() >= WAITING, "seeing the backlog")
        readings = []
        for _ in range(20):
            readings.append(process.resident_mb())
            time.sleep(0.5)
        return result.at_most(name, max(readings), "MB", 64)


def memory_of_many(name, stack):
    hooks = services.endpoints(MANY, "idle", f"http://127.0.0.1:{processes.free_port()}", events=["no.such.type"])
    with stack.alone("many", hooks, 1) as process:
        # Not by its metrics or its API: answering for all endpoints takes memory, too.
        process.wait_until(lambda: process.log.read_text().count('"endpoint ready"') >= MANY, "taking all endpoints")
        started = process.largest_resident_mb()
        time.sleep(3)
        return result.at_most(name, process.resident_mb(), "MB", 64, f"at most {started:.0f} MB while it started")


def memory_in_hand(name, stack):
    """As many events as they may hold, of the largest size that NATS takes by default; the most that was ever held."""
    with servers.silent_listener() as silent:
        hooks = services.endpoints(100, "hangs", silent, timeout="60s")
        with stack.alone("hanging", hooks, 400, size=1024 * 1024 - 2048) as process:

            def under_way():
                answer = web.get_json(process.url + "/api/webhooks/endpoints")
                return sum(one["attempts_under_way"] > 0 for one in answer["items"])

            process.wait_until(lambda: under_way() == 100, "sending to all endpoints")
            time.sleep(10)
            return result.at_most(name, process.largest_resident_mb(), "MB", 96)
