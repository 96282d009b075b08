"""The change feed: how soon an event is at its streams, many of them too, and what idle ones hold in memory."""

import concurrent.futures
import contextlib
import http.client
import json
import subprocess
import time
import urllib.parse

import processes
import result
import services

PER_SECOND = 100
WRITERS = 8  # clients do not wait for each other
STREAMS = 1_000
IDLE = 5_000
EVENTS, SOCKET = "/api/events", "/api/ws"


def measure(plan):
    with contextlib.ExitStack() as closing:
        stack = services.Stack(plan.programs, closing)
        stack.postgres.recreate("todos")
        for streams in (1, STREAMS):
            name = f"change feed, {streams:,} streams, {PER_SECOND}/s: write -> event"
            yield name, lambda name=name, streams=streams: [latency(name, stack, plan, streams)]
        for path, kind in ((EVENTS, "streams"), (SOCKET, "WebSockets")):
            name = f"todo-be: resident, {IDLE:,} idle {kind}"
            yield name, lambda name=name, path=path: [memory(name, stack, path)]


class Followers:
    """follow_loop: so many streams of one todo-be, until it is told to end."""

    def __init__(self, stack, service, streams: int, seconds: int, path=EVENTS):
        port = urllib.parse.urlsplit(service.url).port
        command = [*processes.real_time(), stack.programs / "follow_loop", port, streams, seconds, path]
        self.running = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
        if self.running.stdout.readline() != "open\n":
            raise RuntimeError("not all streams opened")

    def finish(self) -> dict:
        out, _ = self.running.communicate(timeout=180)
        seen = json.loads(out)
        if seen["ended"]:
            raise RuntimeError(f"{seen['ended']} streams ended")
        return seen


def write(url: str, seconds: float) -> int:
    """Creates to-dos at the steady rate, whatever each takes; how many."""
    wanted = int(PER_SECOND * seconds)
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(WRITERS) as writers:
        for done in [writers.submit(write_some, url, began, range(n, wanted, WRITERS)) for n in range(WRITERS)]:
            done.result()
    if (took := time.monotonic() - began) > 1.1 * seconds + 1:
        raise RuntimeError(f"{wanted} to-dos took {took:.1f} s: that is no {PER_SECOND} a second")
    return wanted


def write_some(url: str, began: float, places) -> None:
    """Over a connection of its own."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc)
    for place in places:
        time.sleep(max(0.0, began + place / PER_SECOND - time.monotonic()))
        connection.request("POST", "/api/todos", '{"title":"x"}', {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 201:
            raise RuntimeError(f"POST /api/todos: {answer.status}")


def latency(name, stack, plan, streams):
    with stack.todo_be("todos") as ours:
        followers = Followers(stack, ours, streams, plan.latency_seconds + 5)
        written = write(ours.url, plan.latency_seconds)
        seen = followers.finish()
        if seen["events"] != written * streams:
            raise RuntimeError(f"of {written * streams} events {seen['events']} came")
        note = f"{written:,} events; p50 {seen['p50_ms']:.1f} ms, max {seen['max_ms']:.1f} ms; from before the commit"
        return result.at_most(name + ", p99", seen["p99_ms"], "ms", 50, note)


def memory(name, stack, path):
    with stack.todo_be("todos") as ours:
        before = ours.resident_mb()
        followers = Followers(stack, ours, IDLE, 20, path)
        write(ours.url, 1)
        time.sleep(5)
        resident = ours.resident_mb()
        followers.finish()
        return result.at_most(name, resident, "MB", 200, f"{before:.0f} MB without")
