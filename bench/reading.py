"""GET of a page of to-dos against nginx serving the same bytes from a file."""

import contextlib

import load
import profiling
import result
import services
import web

TODOS = 10_000


def measure(plan):
    yield "GET /api/todos", lambda: measure_page(plan)


def measure_page(plan):
    with contextlib.ExitStack() as closing:
        stack = services.Stack(plan.programs, closing)
        stack.postgres.recreate("todos")
        with stack.todo_be("todos") as ours:
            for number in range(20):
                web.post_json(ours.url + "/api/todos", {"title": f"The to-do number {number} of many, to be read"})
        multiply(stack.postgres)
        with stack.todo_be("todos") as ours:
            return [compare(stack, ours, plan)]


def multiply(postgres) -> None:
    """Copies of the first to-dos, all of them older than these, until there are enough."""
    columns = '"title", done, "order", due, priority, labels, version, created_at, updated_at, done_at'
    postgres.sql(
        f"""
        insert into todos (id, {columns})
        select lpad(to_hex(n), 32, '0')::uuid, {columns} from (select *, row_number() over () as place from todos) t
        join generate_series(1, {TODOS} - 20) n on n % 20 = t.place - 1""",
        "todos",
    )


def compare(stack, ours, plan):
    url = ours.url + "/api/todos?limit=20"
    page = web.get(url)
    nginx = stack.another_nginx("files", bound=False)  # as our own program, which takes its place
    (nginx.files / "todos.json").write_bytes(page)

    def read():
        return load.wrk_rate(url, plan.seconds)

    compared = load.Comparison(read, lambda: load.wrk_rate(nginx.url + "/files/todos.json", plan.seconds), plan.rounds)
    outcome = result.at_least(
        "GET /api/todos?limit=20 of 10,000", compared, "answers/s", f"nginx, a file of {len(page)} B", 0.9
    )
    if not outcome.ok:
        outcome.note += profiling.take(ours, plan, outcome.name, read)
    return outcome
