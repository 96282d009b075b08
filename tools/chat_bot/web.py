"""Requests with a deadline and a limit for the answer."""

import json
import urllib.error
import urllib.request

TIMEOUT = 15  # seconds
MOST = 4 * 1024 * 1024  # bytes of an answer


class Refused(Exception):
    """The other side answered with an error."""

    def __init__(self, status, document):
        self.status, self.document = status, document if isinstance(document, dict) else {}
        super().__init__(f"HTTP {status}: {self.document.get('detail') or self.document.get('description') or ''}")


def request(method, url, body=None, headers=None, timeout=TIMEOUT):
    """The open answer; raises Refused, or OSError when there is none."""
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data, dict(headers or {}), method=method)
    if data is not None:
        asked.add_header("Content-Type", "application/json")
    try:
        return urllib.request.urlopen(asked, timeout=timeout)
    except urllib.error.HTTPError as refused:
        with refused:
            raise Refused(refused.code, decoded(refused.read(MOST))) from None


def decoded(data):
    try:
        return json.loads(data)
    except ValueError:
        return None


def call(method, url, body=None, headers=None, timeout=TIMEOUT):
    with request(method, url, body, headers, timeout) as answer:
        data = answer.read(MOST + 1)
    if len(data) > MOST:
        raise OSError("the answer is too large")
    return decoded(data)
