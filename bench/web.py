"""Small HTTP requests to the programs under measurement."""

import http.client
import json
import re
import urllib.error
import urllib.request


def get(url: str, limit: float = 10) -> bytes:
    with urllib.request.urlopen(url, timeout=limit) as answer:
        return answer.read()


def get_json(url: str):
    return json.loads(get(url))


def answers(url: str) -> bool:
    try:
        get(url, limit=1)
        return True
    except (OSError, urllib.error.URLError, http.client.HTTPException):
        return False


def post_json(url: str, body) -> None:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10):
        pass


def metric(url: str, name: str, labels: str = "") -> float:
    """The sum over all series of `name` whose labels match the regular expression `labels`."""
    series = re.compile(rf"^{name}(?:\{{([^}}]*)\}})? (\S+)$", re.MULTILINE)
    return sum(float(value) for had, value in series.findall(get(url).decode()) if re.search(labels, had))
