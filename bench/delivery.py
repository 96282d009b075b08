"""Webhooks delivered per second: against wrk, and how little other endpoints matter: many, silent, hanging."""

import contextlib

import load
import profiling
import result
import servers
import services
import web

BODY = "x" * 300
ALL_TYPES = 10_000  # of events, for endpoints that each want one of them


def measure(plan):
    with contextlib.ExitStack() as closing:
        stack = services.Stack(plan.programs, closing)
        for name, part in (
            ("webhooks: one endpoint", one_endpoint),
            ("webhooks: 100 endpoints, every event to all", hundred_endpoints),
            ("webhooks: one of 1,000 endpoints wants the events", one_of_a_thousand),
            ("webhooks: 10,000 endpoints want one event in 10,000", ten_thousand),
            ("webhooks: 10 of 100 endpoints hang", lambda *a: some_hang(*a, 10, 100)),
            ("webhooks: 100 of 1,000 endpoints hang", lambda *a: some_hang(*a, 100, 1000, connections=8)),
        ):
            yield name, lambda name=name, part=part: part(name, stack, plan)


def slice_of(process, stack, plan, warm_up=0.5):
    """Counted by the receiver: 10,000 endpoints have so many metrics that reading them would disturb."""
    return lambda: load.counted_rate(stack.nginx.requests, plan.seconds, process, warm_up)


def wrk(stack, plan):
    return lambda: load.wrk_rate(stack.nginx.url, plan.seconds, "POST", BODY)


def compare(name, process, slices, plan, reference, target):
    """`slices`: ours and the reference's."""
    compared = load.Comparison(*slices, plan.rounds)
    rounds = "its rounds: " + ", ".join(f"{ratio:.2f}" for ratio in compared.ratios)
    outcome = result.at_least(name, compared, "deliveries/s", reference, target, rounds)
    if not outcome.ok or plan.profile:
        outcome.note += "; " + profiling.take(process, plan, outcome.name, slices[0])
    return outcome


AGAINST_WRK = "wrk -t1 -c32, POST of 300 B to the same nginx (204, bound to a core), keep-alive"


def one_endpoint(name, stack, plan):
    plan = plan.precise()
    hooks = services.endpoints(1, "one", stack.nginx.url)
    with load.frozen(stack.alone("one", hooks, plan.messages())) as ours:
        slices = slice_of(ours, stack, plan), wrk(stack, plan)
        outcome = compare(name, ours, slices, plan, AGAINST_WRK, 0.50)
        with ours.thawed():
            check_recorded(outcome, ours)
        return [outcome, result.at_most("broadcaster: resident, delivering", ours.resident_mb(), "MB", 64)]


def check_recorded(outcome, process):
    """Many records share a message of the stream, so its bytes are counted; a record has about 170."""
    attempts = web.metric(process.metrics, "broadcaster_webhook_requests_total", 'outcome="success"')
    recorded = servers.state_of(process.nats, "WEBHOOK_ATTEMPTS")["bytes"]
    dropped = web.metric(process.metrics, "broadcaster_attempt_records_dropped_total")
    if dropped or recorded < 100 * attempts:
        outcome.ok = False
        outcome.note += (
            f" of {attempts:,.0f} attempts {dropped:,.0f} are not recorded; the stream has {recorded:,} bytes"
        )


def hundred_endpoints(name, stack, plan):
    hooks = services.endpoints(100, "hundred", stack.nginx.url)
    with load.frozen(stack.alone("hundred", hooks, plan.messages(shared_by=100))) as ours:
        slices = slice_of(ours, stack, plan), wrk(stack, plan)
        return [compare(name, ours, slices, plan, AGAINST_WRK, 0.60)]


def single(stack, plan, **events):
    """What the others are compared with: one endpoint that has the same stream for itself."""
    hooks = services.endpoints(1, "single", stack.nginx.url)
    return load.frozen(stack.alone("single", hooks, plan.messages(), **events))


def one_of_a_thousand(name, stack, plan):
    """The others want a type that never comes: an event costs those that want it."""
    plan = plan.precise()
    hooks = services.endpoints(1, "wants", stack.nginx.url)
    hooks += services.endpoints(999, "idle", stack.nginx.url, events=["no.such.type"])
    with single(stack, plan) as alone, load.frozen(stack.alone("thousand", hooks, plan.messages())) as ours:
        slices = slice_of(ours, stack, plan), slice_of(alone, stack, plan)
        return [compare(name, ours, slices, plan, "that one endpoint alone", 0.9)]


def each_wants_another(count, stack):
    """A connection each: they are all at one nginx, and an endpoint's events come one at a time."""
    hooks = services.endpoints(count, "each", stack.nginx.url, connections=1 if count > 100 else 32)
    return [hook | {"events": [f"bench.{n}"]} for n, hook in enumerate(hooks)]


def ten_thousand(name, stack, plan):
    hooks = each_wants_another(ALL_TYPES, stack)
    with (
        single(stack, plan, types=ALL_TYPES) as alone,
        load.frozen(stack.alone("ten-thousand", hooks, plan.messages(), types=ALL_TYPES)) as ours,
    ):
        # Each of them has to connect first.
        slices = slice_of(ours, stack, plan, warm_up=1.5), slice_of(alone, stack, plan)
        return [compare(name, ours, slices, plan, "one endpoint that wants all", 0.7)]


def some_hang(name, stack, plan, hang, of, **settings):
    """Deliveries to those that do not hang, which are all that this nginx sees."""
    plan = plan.precise()
    with servers.silent_listener() as silent:
        hooks = services.endpoints(of - hang, "mixed", stack.nginx.url, **settings)
        hooks += services.endpoints(hang, "hangs", silent, **settings)
        messages, all_healthy = plan.messages(shared_by=of), services.endpoints(of, "none", stack.nginx.url, **settings)
        with (
            load.frozen(stack.alone("none", all_healthy, messages)) as healthy,
            load.frozen(stack.alone("mixed", hooks, messages)) as ours,
        ):
            slices = slice_of(ours, stack, plan), slice_of(healthy, stack, plan)
            return [compare(name, ours, slices, plan, "none hangs", 0.97)]
