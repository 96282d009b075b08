"""POST /api/todos, without users and by bearer tokens, against PostgreSQL doing the same work one row a transaction."""

import contextlib
import json
import re
import time

import load
import processes
import profiling
import result
import services
import statement
import users
import web
from private_servers.postgres import programs

TITLE = "Read the figures of the benchmark"


def measure(plan):
    for storage, where in ((services.MEMORY, "data in memory"), (services.DISK, "data on this disk")):
        for token, by in {"": "", **users.KINDS}.items():
            name = f"POST /api/todos, {where}" + (f", with {by}" if by else "")
            yield name, lambda storage=storage, where=where, token=token: measure_on(storage, where, token, plan)


def measure_on(storage, where, token, plan):
    with contextlib.ExitStack() as closing:
        stack = services.Stack(plan.programs, closing, storage)
        for database in ("todos", "reference"):
            stack.postgres.recreate(database)
        provider = users.Provider(stack.home.path) if token else None
        with stack.todo_be("todos", provider.environment if provider else {}) as ours:
            header = provider.bearer(token, ours.url) if provider else {}
            return [compare(stack, ours, plan, where + (f", {token}" if token else ""), header)]


class Reference:
    """pgbench with its best number of clients."""

    def __init__(self, stack, plan, create: str):
        self.postgres, self.seconds, self.started = stack.postgres, plan.seconds, 0
        self.script = stack.home.path / "create.pgbench"
        self.script.write_text(statement.pgbench_script(create))
        for migration in statement.migrations():
            self.postgres.sql(migration.read_text(), "reference")
        self.payload = self.postgres.sql("select payload from events order by seq limit 1", "todos")
        self.clients = max((8, 16, 32), key=self.rate_with)

    def rate_with(self, clients: int) -> float:
        self.started += 1
        out = processes.run(
            [
                programs() / "pgbench",
                "-n",
                "-M",
                "prepared",
                "-f",
                self.script,
                "-c",
                clients,
                "-j",
                2,
                "-T",
                self.seconds,
                "-D",
                f"n={self.started * 10**8}",
                "-D",
                f"title={TITLE}",
                "-D",
                f"payload={self.payload}",
                self.postgres.url("reference"),
            ]
        )
        return float(re.search(r"^tps = ([0-9.]+)", out, re.MULTILINE).group(1))

    def rate(self) -> float:
        return self.rate_with(self.clients)


def compare(stack, ours, plan, where, header):
    url, body = ours.url + "/api/todos", json.dumps({"title": TITLE})

    def published() -> float:
        return web.metric(ours.metrics, "todo_events_published_total")

    def create() -> float:
        """To-dos created and published per second: the slice lasts until the relay has caught up."""
        before = published()
        taken = load.wrk(url, plan.seconds, "POST", body, header)
        began = time.monotonic()
        ours.wait_until(lambda: published() - before >= taken["requests"], "publishing")
        return taken["requests"] / (taken["seconds"] + time.monotonic() - began)

    create()
    reference = Reference(stack, plan, statement.last_create(stack.postgres, "todos"))
    compared = load.Comparison(create, reference.rate, plan.rounds)
    outcome = result.at_least(
        f"POST /api/todos, 32 connections, {where}", compared, "to-dos/s", f"pgbench, {reference.clients} clients", 1.25
    )
    rows, statements = (web.metric(ours.metrics, f"todo_write_batch_rows_{what}") for what in ("sum", "count"))
    outcome.note += f"{rows / statements:.1f} rows a statement"
    if not outcome.ok:
        outcome.note += "; " + profiling.take(ours, plan, outcome.name, create)
    created = float(stack.postgres.sql("select count(*) from events", "todos"))
    ours.wait_until(lambda: published() >= created, "publishing")
    if published() != created:
        outcome.ok = False
        outcome.note += f" published {published():,.0f} of {created:,.0f}"
    return outcome
