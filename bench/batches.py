"""POST /api/todos:batch: to-dos a second, a thousand in a request, while their events are published."""

import contextlib
import json
import statistics

import load
import profiling
import result
import services
import web

ROWS = 1_000
CONNECTIONS = 2  # one is written while the other one's request comes
BODY = json.dumps(
    {"operations": [{"op": "create", "todo": {"title": f"The to-do number {n} of a batch"}} for n in range(ROWS)]}
)


def measure(plan):
    yield f"batches of {ROWS:,}", lambda: measure_batches(plan)


def measure_batches(plan):
    with contextlib.ExitStack() as closing:
        stack = services.Stack(plan.programs, closing, services.DISK)
        stack.postgres.recreate("todos")
        with stack.todo_be("todos") as ours:
            url = ours.url + "/api/todos:batch"

            def create() -> float:
                return ROWS * load.wrk_rate(url, plan.seconds, "POST", BODY, connections=CONNECTIONS)

            create()  # warms up
            rates = [create() for _ in range(plan.rounds)]
            rounds = ", ".join(f"{rate:,.0f}" for rate in rates)
            name = f"POST /api/todos:batch of {ROWS:,}, data on this disk"
            outcome = result.not_below(name, statistics.median(rates), "to-dos/s", 60_000, f"its rounds: {rounds}")
            if not outcome.ok:
                outcome.note += "; " + profiling.take(ours, plan, name, create)
            check(stack, ours)
            return [outcome]


def check(stack, ours) -> None:
    """Every to-do that was made has its event, and each event is published."""
    created, logged = (float(stack.postgres.sql(f"select count(*) from {t}", "todos")) for t in ("todos", "events"))
    if created != logged:
        raise RuntimeError(f"{created:,.0f} to-dos have {logged:,.0f} events")
    ours.wait_until(lambda: web.metric(ours.metrics, "todo_events_published_total") >= logged, "publishing", 120)
