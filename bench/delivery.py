"""Webhooks delivered per second: to one endpoint, to a hundred, and to a hundred of which ten hang."""

import contextlib

import load
import profiling
import result
import servers
import services
import web

MESSAGES = 2_000_000  # more than the fastest side consumes in all its slices
BODY = "x" * 300


def measure(plan):
    with contextlib.ExitStack() as closing:
        stack = services.Stack(plan.programs, closing)
        for part in (one_endpoint, hundred_endpoints, one_of_a_thousand_wants, ten_hanging):
            yield lambda part=part: part(stack, plan)


def delivered(process, endpoints="") -> float:
    return web.metric(process.metrics, "broadcaster_webhook_requests_total", f'{endpoints}.*outcome="success"')


def slice_of(process, plan, endpoints=""):
    return lambda: load.counted_rate(lambda: delivered(process, endpoints), plan.seconds, process)


def finish(outcome, process, plan, ours):
    if not outcome.ok:
        outcome.note += profiling.take(process, plan, outcome.name, ours)
    return [outcome]


def endpoints(stack, prefix, count):
    return [services.endpoint(f"{prefix}{n}", f"{stack.nginx.url}/{prefix}/{n}") for n in range(count)]


def one_endpoint(stack, plan):
    with stack.alone("one", endpoints(stack, "one", 1), MESSAGES) as ours, load.frozen(ours):
        attempt = slice_of(ours, plan)
        compared = load.Comparison(
            attempt, lambda: load.wrk_rate(stack.nginx.url, plan.seconds, "POST", BODY), plan.rounds
        )
        outcome = result.at_least(
            "webhooks: one endpoint", compared, "deliveries/s", "wrk POST of 300 B, nginx 204", 0.40
        )
        lines = finish(outcome, ours, plan, attempt)
        with ours.thawed():
            check_recorded(outcome, stack, ours)
        return lines + [result.at_most("broadcaster: resident, delivering", ours.resident_mb(), "MB", 64)]


def check_recorded(outcome, stack, process):
    """Many records share a message of the stream, so its bytes are counted; a record has about 170."""
    attempts, recorded = delivered(process), servers.bytes_of(process.nats, "WEBHOOK_ATTEMPTS")
    dropped = web.metric(process.metrics, "broadcaster_attempt_records_dropped_total")
    if dropped or recorded < 100 * attempts:
        outcome.ok = False
        outcome.note += (
            f" of {attempts:,.0f} attempts {dropped:,.0f} are not recorded; the stream has {recorded:,} bytes"
        )


def hundred_endpoints(stack, plan):
    with (
        stack.alone("single", endpoints(stack, "single", 1), MESSAGES) as single,
        stack.alone("hundred", endpoints(stack, "hundred", 100), MESSAGES // 10) as hundred,
        load.frozen(single, hundred),
    ):
        attempt = slice_of(hundred, plan)
        compared = load.Comparison(attempt, slice_of(single, plan), plan.rounds)
        outcome = result.at_least("webhooks: 100 endpoints", compared, "deliveries/s", "one endpoint", 0.75)
        return finish(outcome, hundred, plan, attempt)


def one_of_a_thousand_wants(stack, plan):
    """The others want a type that never comes: an event costs those that want it."""
    idle = [{**one, "events": ["no.such.type"]} for one in endpoints(stack, "idle", 999)]
    with (
        stack.alone("single", endpoints(stack, "single", 1), MESSAGES) as single,
        stack.alone("thousand", endpoints(stack, "thousand", 1) + idle, MESSAGES) as thousand,
        load.frozen(single, thousand),
    ):
        attempt = slice_of(thousand, plan)
        compared = load.Comparison(attempt, slice_of(single, plan), plan.rounds)
        outcome = result.at_least(
            "webhooks: one of 1,000 endpoints wants the events", compared, "deliveries/s", "one endpoint", 0.9
        )
        return finish(outcome, thousand, plan, attempt)


def ten_hanging(stack, plan):
    with servers.silent_listener() as silent:
        hanging = [services.endpoint(f"hangs{n}", f"{silent}/{n}") for n in range(10)]
        with (
            stack.alone("healthy", endpoints(stack, "healthy", 100), MESSAGES // 10) as healthy,
            stack.alone("mixed", endpoints(stack, "mixed", 90) + hanging, MESSAGES // 10) as mixed,
            load.frozen(healthy, mixed),
        ):
            attempt = slice_of(mixed, plan, 'endpoint="mixed')
            compared = load.Comparison(attempt, slice_of(healthy, plan), plan.rounds)
            outcome = result.at_least(
                "webhooks: 10 of 100 endpoints hang", compared, "healthy deliveries/s", "none hangs", 0.95
            )
            return finish(outcome, mixed, plan, attempt)
