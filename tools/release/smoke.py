"""The checks of tools/smoke, as one call, so that tools/promote runs the same."""

import base64
import time

from . import metrics, web
from .failure import Failure
from .round_trip import RoundTrip
from .table import Table


def base_of(url):
    """https://host/project, whether the page's address or the API's was given."""
    url = url.rstrip("/")
    url = url.removesuffix("/api")
    if not url.startswith(("http://", "https://")):
        raise Failure(f"{url}: an address begins with http:// or https://")
    return url


def run(url, *, metrics_urls=(), receiver="", endpoint="", commit="", deadline=60.0, timeout=5.0, out=None):
    """The Table, all of it ended `deadline` seconds after the start, give or take a request and the clean-up."""
    url, table, until = base_of(url), Table(out), time.monotonic() + deadline
    token = web.secret("API_TOKEN")
    trip = RoundTrip(
        url, token=token, webhook_token=web.secret("BROADCASTER_API_TOKEN", token), endpoint=endpoint, timeout=timeout
    )

    def check(name, function, needs=()):
        table.check(name, lambda: web.retry(function, until), needs)

    def answers(path):
        return lambda: f"{web.request('GET', url + path, timeout=timeout).must_be(200).status} from {url}{path}"

    try:
        if commit:
            check("commit", lambda: trip.runs(commit))
        check("page", lambda: _page(url, timeout))
        check("backend", answers("/be-health"))
        check("broadcaster", trip.endpoints)
        check("create", trip.create, ["backend"])
        check("webhook", trip.delivered, ["create", "broadcaster"])
        if receiver:
            check("receiver", lambda: trip.received(receiver.rstrip("/")), ["webhook"])
        check("delete", trip.delete, ["create"])
        if metrics_urls:
            check("metrics", lambda: metrics.check(metrics_urls, timeout))
    finally:
        if trip.started:
            table.check("clean-up", lambda: _cleaned_up(trip, min(10, deadline)))
    return table


def _page(url, timeout):
    """Without a login it is enough that a page that has one asks for it."""
    login = web.secret("PAGE_LOGIN")
    headers = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"} if login else {}
    answer = web.request("GET", url + "/", timeout=timeout, headers=headers)
    if not login and answer.status == 401 and answer.headers.get("www-authenticate", "").startswith("Basic "):
        return f"{url}/ asks for a login"
    return f"{answer.must_be(200).status} from {url}/"


def _cleaned_up(trip, seconds):
    try:
        trip.clean_up(seconds)
        return "no to-do is left behind"
    except Failure as wrong:
        raise Failure(f"the to-do '{trip.title}' may be left behind; delete it: {wrong}") from None
