"""What waits for its retry is in nobody's way."""

import contextlib

import delivery
import servers
import services
import web

REFUSED = 50_000
SUCCESSORS = 100_000
NEVER_TWICE = {"retry_schedule": ["24h"], "failure_threshold": 1000}


def measure(plan):
    with contextlib.ExitStack() as closing:
        stack = services.Stack(plan.programs, closing)
        for name, part in (
            (f"webhooks: {REFUSED:,} messages wait for their retries", refused_messages),
            (f"webhooks: one key fails, {SUCCESSORS:,} successors wait", failing_key),
        ):
            yield name, lambda name=name, part=part: part(name, stack, plan)


@contextlib.contextmanager
def prepared(stack, plan, name, hooks, messages, waiting, **events):
    """A broadcaster whose first endpoint has been through `messages`, of which `waiting` are left in WEBHOOK_RETRIES;
    what is measured comes behind them."""
    with stack.alone(name, hooks, messages, plan.messages(), **events) as process:
        delivered, accepted = messages - waiting, f'endpoint="{hooks[0]["name"]}".*outcome="success"'

        def through():
            kept = servers.state_of(process.nats, "WEBHOOK_RETRIES").get("messages", 0)
            done = web.metric(process.metrics, "broadcaster_webhook_requests_total", accepted)
            return kept >= waiting and done >= delivered

        process.wait_until(through, f"getting through {messages:,} events", limit=180)
        process.freeze()
        try:
            yield process
        finally:
            process.thaw()


def refused_messages(name, stack, plan):
    """Of 100,000 messages every second one is refused, or none; another endpoint is measured."""
    plan = plan.precise()
    choosy = services.endpoint("choosy", f"{stack.nginx.url}/choosy/", events=["bench.choosy"], **NEVER_TWICE)
    hooks = [choosy, services.endpoint("healthy", f"{stack.nginx.url}/healthy", events=["io.tidings.todo.*"])]
    first = {"type": "bench.choosy"}
    with (
        prepared(stack, plan, "accepted", hooks, 2 * REFUSED, 0, **first) as without,
        prepared(stack, plan, "refused", hooks, 2 * REFUSED, REFUSED, refuse=2, **first) as ours,
    ):
        slices = delivery.slice_of(ours, stack, plan), delivery.slice_of(without, stack, plan)
        return [delivery.compare(name, ours, slices, plan, "none waits", 0.97)]


def failing_key(name, stack, plan):
    """The first event of a key is refused, or not; the other keys of the same endpoint are measured."""
    plan = plan.precise()
    hooks = [services.endpoint("keyed", f"{stack.nginx.url}/choosy/", ordering="per-key", **NEVER_TWICE)]
    events = SUCCESSORS + 1
    with (
        prepared(stack, plan, "no-key-fails", hooks, events, 0, keys=1) as without,
        prepared(stack, plan, "one-key-fails", hooks, events, events, keys=1, refuse=events) as ours,
    ):
        slices = delivery.slice_of(ours, stack, plan), delivery.slice_of(without, stack, plan)
        return [delivery.compare(name, ours, slices, plan, "none fails", 0.95)]
