"""Whether a service's metrics are present and valid."""

import re

from . import web
from .failure import Failure

SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})? (\S+)( -?\d+)?$")  # Prometheus text format 0.0.4


def samples(text):
    """[(name, value)]; Failure on a line that is neither comment nor sample."""
    found = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        parts = SAMPLE.match(line)
        try:
            found.append((parts[1], float(parts[3])))
        except (TypeError, ValueError):
            raise Failure(f"not in Prometheus' format: {line[:80]!r}") from None
    return found


def check(urls, timeout):
    """Every URL exports samples; a broadcaster among them is connected to NATS."""
    count = 0
    for url in urls:
        found = samples(web.request("GET", url, timeout=timeout).must_be(200).text)
        if not found:
            raise Failure(f"{url} exports nothing")
        count += len(found)
        if any(name == "broadcaster_nats_connected" and value != 1 for name, value in found):
            raise Failure(f"{url}: broadcaster_nats_connected is 0: it has lost NATS")
    return f"{len(urls)} exporters, {count} samples"
