"""What must hold before an environment's images are promoted to the next one. Each gate: () -> detail, or Failure."""

import io
import os
import pathlib
import re
import tempfile

from . import history, programs, smoke, web
from .failure import Failure
from .trial import try_migration

ALERT_PATHS = ("/api/v1/alerts", "/api/v2/alerts?active=true&silenced=false&inhibited=false")
TIMEOUT = 30
TESTS_DEADLINE = 3 * 3600


def smoke_gate(url, metrics_urls):
    out = io.StringIO()
    table = smoke.run(url, metrics_urls=metrics_urls, out=out)
    if not table.passed():
        raise Failure(f"{url}\n{out.getvalue().rstrip()}")
    return f"{len(table.results)} checks of {url}"


def alerts_gate(url, namespaces):
    """Of Prometheus (/api/v1/alerts) or Alertmanager (/api/v2/alerts); silenced alerts are quiet."""
    url = url.rstrip("/")
    candidates = [url] if "/api/" in url else [url + path for path in ALERT_PATHS]
    for candidate in candidates:
        answer = web.request("GET", candidate, timeout=TIMEOUT, token=web.secret("ALERTS_TOKEN"))
        if answer.status != 404 and not (answer.status == 410 and candidate != candidates[-1]):
            break
    found = answer.must_be(200).json()
    try:
        alerts = _of_prometheus(found, answer.url) if isinstance(found, dict) else found
        loud = {
            f"{a['labels']['alertname']} {a['labels'].get('namespace', '')}" for a in alerts if _is_loud(a, namespaces)
        }
    except (KeyError, TypeError):
        raise Failure(f"{answer.url} is neither Prometheus' nor Alertmanager's list of alerts") from None
    if loud:
        raise Failure("\n".join(["firing:", *sorted(loud)]))
    return f"{len(alerts)} alerts known, none firing in {', '.join(namespaces)}"


def _of_prometheus(found, url):
    """A Prometheus without rules never fires."""
    rules = web.request(
        "GET", url.replace("/alerts", "/rules?type=alert"), timeout=TIMEOUT, token=web.secret("ALERTS_TOKEN")
    )
    if not rules.must_be(200).json()["data"]["groups"]:
        raise Failure(f"{url}: no alerting rules are loaded there, it would say nothing")
    return found["data"]["alerts"]


def _is_loud(alert, namespaces):
    """Alerts of the cluster (without a namespace) count; Watchdog and other mere information do not."""
    labels, state = alert["labels"], alert.get("state") or alert["status"]["state"]
    return (
        state in ("firing", "active")
        and labels.get("severity") not in ("none", "info")
        and labels.get("namespace", namespaces[0]) in namespaces
    )


def tests_gate(where, commit):
    return _run_tests(commit) if where == "run" else _asked_tests(where.replace("{commit}", commit))


def _asked_tests(url):
    """GitHub's check runs of a commit."""
    found = web.request("GET", url, timeout=TIMEOUT, token=web.secret("GITHUB_TOKEN")).must_be(200).json()
    try:
        results = [(run["name"], run["conclusion"] or run["status"]) for run in found["check_runs"]]
        unseen = found["total_count"] - len(results)
    except (KeyError, TypeError):
        raise Failure(f"{url} is not GitHub's list of check runs") from None
    bad = [f"{name}: {result}" for name, result in results if result not in ("success", "skipped", "neutral")]
    if bad:
        raise Failure("\n".join(["not all passed", *bad]))
    if unseen > 0 or "success" not in [result for _, result in results]:
        raise Failure(
            f"{url} shows no test that passed"
            if not unseen
            else f"{url} shows not all: add per_page=100 or check_name="
        )
    return f"{len(results)} checks passed"


def _run_tests(commit):
    with tempfile.TemporaryDirectory(prefix="tidings-tests-") as folder:
        try:
            history.git("worktree", "add", "--detach", f"{folder}/source", commit)
            said = programs.run(["sh", "-c", "exec ./dev test 2>&1"], cwd=f"{folder}/source", timeout=TESTS_DEADLINE)
        finally:
            history.git("worktree", "remove", "--force", f"{folder}/source", ok=(0, 128))
    summary = [line for line in said.splitlines() if "tests passed" in line]
    return summary[-1] if summary else "./dev test passed"


ISSUER = "https://token.actions.githubusercontent.com"


def signatures_gate(images, identity):
    """Every image was signed by the workflow `identity` (its address and ref), as Sigstore's log knows it."""
    for image in images:
        programs.run(
            ["cosign", "verify", f"--certificate-identity={identity}", f"--certificate-oidc-issuer={ISSUER}", image],
            timeout=120,
        )
    return f"{len(images)} images, by {identity}"


def migration_gate(database_url, todo_be):
    """todo-be's migrations on a private copy of the database: they apply, and how long they take."""
    if not os.access(todo_be, os.X_OK):
        raise Failure(f"{todo_be} is not there: build it from that commit, or take it out of the image (--todo-be)")
    return try_migration(database_url, pathlib.Path(todo_be).resolve())


def commit_gate(source):
    """Pinned by digest, all from one commit, and that one is known here."""
    tag = source.pinned()
    found = history.commit_of(tag) if re.fullmatch("[0-9a-f]{7,40}", tag) else None
    if not found:
        raise Failure(
            f"the images' tag '{tag}' is not a commit of this repository: git fetch, or deploy images tagged by commit"
        )
    if not history.is_ancestor(found, "HEAD"):
        raise Failure(
            f"the images are of {found[:12]}, which is not in the history of what is checked out: git switch main"
        )
    return found
