"""What an event costs against the number of endpoints: a picture, bench-endpoints.svg, and its figures as JSON."""

import contextlib
import json
import sys
import time

import delivery
import drawing
import load
import processes
import services

COUNTS = (1, 10, 100, 1_000, 10_000)
WARM_UP = 1.0


def measure(plan):
    with contextlib.ExitStack() as closing:
        stack = services.Stack(plan.programs, closing)
        yield "events/s and CPU against the number of endpoints", lambda: draw(stack, plan)


def one_wants(count, stack):
    silent = services.endpoints(count - 1, "idle", stack.nginx.url, events=["no.such.type"])
    return services.endpoints(1, "wants", stack.nginx.url) + silent


def draw(stack, plan):
    points = {}
    for name, hooks_of in (("one wants them", one_wants), ("each wants others", delivery.each_wants_another)):
        points[name] = [point(name, count, hooks_of(count, stack), stack, plan) for count in COUNTS]
    (plan.folder / "bench-endpoints.json").write_text(json.dumps(points, indent=2) + "\n")
    picture = plan.folder / "bench-endpoints.svg"
    picture.write_text(drawing.of_curves(COUNTS, points))
    print(f"  {picture}", file=sys.stderr, flush=True)
    return []


def point(name, count, hooks, stack, plan):
    messages = plan.messages() // (plan.rounds + 1)  # of one slice
    with stack.alone("curve", hooks, messages, types=count) as process:
        count_of = stack.nginx.requests
        load.wait_until_steady(count_of, process, WARM_UP)
        before, began, used = count_of(), time.monotonic(), cpu(process)
        time.sleep(plan.seconds)
        events, seconds = count_of() - before, time.monotonic() - began
        ours, nats = ((now - then) / max(events, 1) * 1e6 for now, then in zip(cpu(process), used))
        seen = {"endpoints": count, "events_per_second": events / seconds, "our_cpu_us": ours, "nats_cpu_us": nats}
        print(
            f"  {count:,} endpoints, {name}: {events / seconds:,.0f} events/s, CPU an event: ours {ours:.1f} us, "
            f"nats-server {nats:.1f} us, resident {process.resident_mb():.0f} MB",
            file=sys.stderr,
            flush=True,
        )
        return seen


def cpu(process):
    return process.cpu_seconds(), processes.cpu_seconds(process.nats.process.pid)
