"""GET of a page of to-dos against nginx serving the same bytes from a file, without users and by bearer tokens; and of
one that the client has already, against nginx saying so of a file."""

import contextlib

import load
import profiling
import result
import services
import users
import web

TODOS = 10_000
LIST = "/api/todos?limit=20"


def measure(plan):
    yield "GET /api/todos", lambda: measure_page(plan)
    yield "GET /api/todos/{id} -> 304", lambda: measure_unchanged(plan)
    for kind in users.KINDS:
        yield f"GET /api/todos with {users.KINDS[kind]}", lambda kind=kind: measure_page(plan, kind)


@contextlib.contextmanager
def library(plan, token=""):
    """todo-be with many to-dos, nginx, and the header of who has them (`token`: a kind of users.KINDS)."""
    with contextlib.ExitStack() as closing:
        stack = services.Stack(plan.programs, closing)
        stack.postgres.recreate("todos")
        provider = users.Provider(stack.home.path) if token else None
        environment = provider.environment if provider else {}
        with stack.todo_be("todos", environment) as ours:
            header = provider.bearer(token, ours.url) if provider else {}
            for number in range(20):
                title = f"The to-do number {number} of many, to be read"
                web.post_json(ours.url + "/api/todos", {"title": title}, header)
        multiply(stack.postgres)
        with stack.todo_be("todos", environment) as ours:
            yield ours, stack.another_nginx("files", bound=False), header  # as our own program, which takes its place


def multiply(postgres) -> None:
    """Copies of the first to-dos, all of them older than these, until there are enough."""
    columns = '"title", done, "order", due, priority, labels, version, created_at, updated_at, done_at, owner'
    postgres.sql(
        f"""
        insert into todos (id, {columns})
        select lpad(to_hex(n), 32, '0')::uuid, {columns} from (select *, row_number() over () as place from todos) t
        join generate_series(1, {TODOS} - 20) n on n % 20 = t.place - 1""",
        "todos",
    )


def measure_page(plan, token=""):
    with library(plan, token) as (ours, nginx, header):
        page = web.get(ours.url + LIST, headers=header)
        (nginx.files / "todos.json").write_bytes(page)

        def read(url=ours.url + LIST):
            return load.wrk_rate(url, plan.seconds, headers=header)

        compared = load.Comparison(read, lambda: read(nginx.url + "/files/todos.json"), plan.rounds)
        name = "GET /api/todos?limit=20 of 10,000" + (f", {token}" if token else "")
        return [reported(plan, ours, name, compared, f"nginx, a file of {len(page)} B", 0.9, read)]


def measure_unchanged(plan):
    with library(plan) as (ours, nginx, _):
        url = ours.url + "/api/todos/" + web.get_json(ours.url + LIST)["items"][0]["id"]
        (nginx.files / "todo.json").write_bytes(web.get(url))

        def read_of(url):
            header = {"If-None-Match": web.answer_to(url).headers["ETag"]}
            if (status := web.answer_to(url, header).status) != 304:
                raise RuntimeError(f"GET {url} with {header}: {status}")
            return lambda: load.wrk_rate(url, plan.seconds, headers=header)

        read = read_of(url)
        compared = load.Comparison(read, read_of(nginx.url + "/files/todo.json"), plan.rounds)
        return [reported(plan, ours, "GET /api/todos/{id} -> 304", compared, "nginx -> 304, a file", 0.6, read)]


def reported(plan, ours, name, compared, reference, target, read):
    outcome = result.at_least(name, compared, "answers/s", reference, target)
    outcome.note = "its rounds: " + ", ".join(f"{ratio:.2f}" for ratio in compared.ratios)
    if not outcome.ok:
        outcome.note += "; " + profiling.take(ours, plan, outcome.name, read)
    return outcome
