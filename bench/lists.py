"""Lists with filters of a million to-dos, open loop. Nothing is answered from memory, and every question is another."""

import contextlib
import datetime
import json
import random

import processes
import result
import services

TODOS = 1_000_000
PER_SECOND = 200
BEGIN = datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc)
EVERY = 30  # seconds between two to-dos: a year of them
VOCABULARY = 20_000

# A word's frequency is its number's reciprocal, as in texts that people write: the first is in four of ten titles, the
# tenth in one of 17, the 100th in one of 170, the 10,000th in one of 17,000. Of labels `home` and
# `work` are in one of ten to-dos each, the others in one of 50,000.
DIGITS, LETTERS = "0123456789", "abcdefghij"
WORD = f"'w' || translate(floor(exp(random() * ln({VOCABULARY})))::text, '{DIGITS}', '{LETTERS}') || 'x'"
FILL = f"""
set synchronous_commit = off;
select setseed(0.5);
insert into todos (id, title, done, "order", due, priority, labels, version, created_at, updated_at, done_at)
select (lpad(to_hex((extract(epoch from made) * 1000)::bigint), 12, '0') || '70008000' ||
        lpad(to_hex(n), 12, '0'))::uuid,
       title, done, case when n % 3 = 0 then n end, case when chance < 0.2 then made + chance * interval '50 days' end,
       (array['none', 'low', 'medium', 'high'])[case when n % 10 > 0 then 1 when n % 20 > 0 then 2
                                                     when n % 100 > 0 then 3 else 4 end],
       case when n % 10 = 1 then array['home'] when n % 10 = 2 then array['l' || n % 50000, 'work']
            when n % 10 = 3 then array['l' || n % 50000] else '{{}}' end,
       1, made, made, case when done then made end
from (select n, to_timestamp({int(BEGIN.timestamp())} + n * {EVERY}) as made, random() < 0.9 as done,
             random() as chance,
             {" || ' ' || ".join([WORD] * 6)} as title
      from generate_series(1, {TODOS}) n offset 0) as to_dos
"""


def measure(plan):
    yield "lists of 1,000,000", lambda: measure_lists(plan)


def measure_lists(plan):
    with contextlib.ExitStack() as closing:
        stack = services.Stack(plan.programs, closing)
        stack.postgres.recreate("todos")
        without_cache = {"CACHE_MEMORY": "0"}
        with stack.todo_be("todos", without_cache):
            pass  # the tables are made
        fill(stack.postgres)
        with stack.todo_be("todos", without_cache) as ours:
            ask(stack, ours, plan.seconds)  # warms up
            return list(report(ask(stack, ours, plan.latency_seconds)))


def fill(postgres) -> None:
    """Before the indexes are made anew, which is quicker; then as autovacuum leaves it."""
    indexes = "from pg_indexes where tablename = 'todos' and indexname <> 'todos_pkey'"
    made = postgres.sql(f"select string_agg(indexdef, ';') {indexes}", "todos")
    postgres.sql(postgres.sql(f"select string_agg('drop index ' || indexname, ';') {indexes}", "todos"), "todos")
    postgres.sql(FILL, "todos")
    postgres.sql(f"set maintenance_work_mem = '256MB'; {made}", "todos")
    postgres.sql("vacuum analyze todos", "todos")
    postgres.sql("checkpoint", "todos")


def questions(rng) -> dict:
    """One of each kind."""

    def time():
        return (BEGIN + datetime.timedelta(seconds=rng.randrange(TODOS * EVERY))).strftime("%Y-%m-%dT%H:%M:%SZ")

    def word(first, last):
        return "w" + str(rng.randint(first, last)).translate(str.maketrans(DIGITS, LETTERS)) + "x"

    return {
        "all": "",
        "done=true": "done=true",
        "done=false": "done=false",
        "label, rare": f"label=l{rng.randrange(5000) * 10 + 3}",
        "label, of 1 in 10": f"label={rng.choice(('home', 'work'))}",
        "label and done=false": f"done=false&label={rng.choice(('home', 'work'))}",
        "priority": f"priority={rng.choice(('low', 'medium', 'high'))}",
        "due_before": f"due_before={time()}",
        "due_after": f"due_after={time()}",
        "due_before and done=false": f"done=false&due_before={time()}",
        "updated_after": f"updated_after={time()}",
        "q, rare": f"q={word(5_000, 19_999)}",
        "q, of 1 in 17 to 170": f"q={word(10, 99)}",
        "q, of 1 in 2 to 17": f"q={word(1, 9)}",
        "q, frequent, and done=false": f"done=false&q={word(1, 9)}",
        "q, a rare and a frequent one": f"q={word(1, 9)}+{word(5_000, 19_999)}",
        "sort=order": "sort=order",
        "sort=due": "sort=due",
        "sort=-updated_at": "sort=-updated_at",
    }


def ask(stack, ours, seconds):
    rng = random.Random(4711)
    names, lines = list(questions(rng)), []
    for _ in range(PER_SECOND * seconds // len(names)):
        for name, query in rng.sample(sorted(questions(rng).items()), len(names)):
            lines.append(f"{names.index(name)} /api/todos?limit={rng.randint(10, 50)}&{query}".rstrip("&"))
    command = [*processes.real_time(), stack.programs / "ask_loop", ours.url, PER_SECOND]
    seen = json.loads(processes.run(command, input="\n".join(lines) + "\n"))
    return {"all kinds": seen.pop("all")} | {names[int(n)]: figures for n, figures in seen.items()}


def report(seen):
    for kind, figures in seen.items():
        failed = {status: count for status, count in figures["statuses"].items() if status != "200"}
        note = f"p50 {figures['p50']:.1f} ms, max {figures['max']:.1f} ms of {figures['asked']}"
        note += f"; not answered with 200: {failed}" if failed else ""
        line = result.at_most(f"list of {TODOS:,}, {PER_SECOND}/s: {kind}, p99", figures["p99"], "ms", 15, note)
        line.ok = line.ok and not failed
        yield line
