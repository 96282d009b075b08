"""Small HTTP requests to the programs under measurement."""

import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request


def get(url: str, limit: float = 10, headers=None) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=limit) as answer:
        return answer.read()


def get_json(url: str):
    return json.loads(get(url))


def answers(url: str) -> bool:
    try:
        get(url, limit=1)
        return True
    except (OSError, urllib.error.URLError, http.client.HTTPException):
        return False


def answer_to(url: str, headers=None) -> http.client.HTTPResponse:
    """To GET, whatever its status; read to its end."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", url.removeprefix(f"http://{parts.netloc}"), headers=headers or {})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def post_json(url: str, body, headers=None):
    """The JSON of the answer."""
    headers = {"Content-Type": "application/json"} | (headers or {})
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers), timeout=30) as answer:
        return json.loads(answer.read() or "null")


def metric(url: str, name: str, labels: str = "") -> float:
    """The sum over all series of `name` whose labels match the regular expression `labels`."""
    series = re.compile(rf"^{name}(?:\{{([^}}]*)\}})? (\S+)$", re.MULTILINE)
    return sum(float(value) for had, value in series.findall(get(url).decode()) if re.search(labels, had))
