"""HTTP requests with a total deadline each, and retries with their own deadline."""

import http.client
import json
import os
import socket
import ssl
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

from .failure import Failure

MOST_READ = 8 * 1024 * 1024
PAUSE = 0.25


class Refused(Failure):
    """The token is wrong: a retry does not help."""


@dataclass
class Answer:
    status: int
    text: str
    url: str
    headers: dict = field(default_factory=dict)  # by name in small letters

    def json(self):
        try:
            return json.loads(self.text)
        except ValueError:
            raise Failure(f"{self.url} answered {self.status} with something that is not JSON") from None

    def must_be(self, *statuses):
        if self.status in statuses:
            return self
        kind = Refused if self.status in (401, 403) else Failure
        raise kind(f"{self.url} answered {self.status}{self._why()}")

    def _why(self):
        try:
            problem = json.loads(self.text)  # RFC 9457
            return f": {problem.get('detail') or problem['title']}"
        except (ValueError, KeyError, AttributeError):
            return ""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """urllib would send the token along to the redirect's target."""

    def redirect_request(self, *_):
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def request(method, url, *, timeout, token="", body=None, headers=None):
    """Any status is an Answer; no response within `timeout` seconds in total is a Failure."""
    until = time.monotonic() + timeout
    headers = dict(headers or {})
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None
    if body is not None:
        data = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    try:
        made = urllib.request.Request(url, data=data, headers=headers, method=method)
        try:
            with _opener.open(made, timeout=timeout) as response:
                return Answer(response.status, _read(response, until), url, _headers(response))
        except urllib.error.HTTPError as answered:
            with answered:
                return Answer(answered.code, _read(answered, until), url, _headers(answered))
    except (TimeoutError, socket.timeout):
        raise Failure(f"{url} did not answer within {timeout:g} s") from None
    except urllib.error.URLError as wrong:
        if isinstance(wrong.reason, TimeoutError):
            raise Failure(f"{url} did not answer within {timeout:g} s") from None
        raise Failure(f"{url}: {wrong.reason}") from None
    except (OSError, http.client.HTTPException, ssl.SSLError, ValueError) as wrong:
        raise Failure(f"{url}: {wrong or type(wrong).__name__}") from None


def _headers(response):
    return {name.lower(): value for name, value in response.headers.items()}


def _read(response, until):
    """The socket's timeout restarts with every byte; this does not."""
    pieces, size = [], 0
    while piece := response.read1(65536):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_READ:
            raise Failure(f"an answer is longer than {MOST_READ} bytes")
        if time.monotonic() > until:
            raise TimeoutError
    return b"".join(pieces).decode(errors="replace")


def retry(check, until):
    """Calls check() until it raises no Failure, at least once; after `until` (monotonic) raises the last Failure."""
    while True:
        try:
            return check()
        except Refused:
            raise
        except Failure:
            if time.monotonic() + PAUSE >= until:
                raise
        time.sleep(PAUSE)


def secret(name, default=""):
    """$NAME, or the content of the file that $NAME_FILE names, as the services read them."""
    path = os.environ.get(f"{name}_FILE")
    if path and not os.environ.get(name):
        try:
            with open(path, encoding="utf-8") as file:
                return file.read().strip()
        except OSError as wrong:
            raise Failure(f"{name}_FILE: {path}: {wrong.strerror}") from None
    return os.environ.get(name) or default
