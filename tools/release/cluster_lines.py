"""What the checklist before production asks the cluster."""

import datetime

from .checklist import Look, now, or_look
from .failure import Failure
from .rendering import parse

ZONE = "topology.kubernetes.io/zone"


def ask(asked, cluster, environment, namespace, rendered):
    """`cluster`: None where none was given. `rendered`: () -> the target as kustomize builds it."""
    for name, by_hand, line in (
        ("nodes", f"get nodes --label-columns={ZONE}", lambda: nodes(cluster, rendered())),
        ("application", f"-n argocd get application tidings-{environment}", lambda: application(cluster, environment)),
        ("pods", f"-n {namespace} get pods", lambda: pods(cluster, namespace)),
        ("cron jobs", f"-n {namespace} get cronjobs", lambda: cron_jobs(cluster, namespace, rendered())),
        ("certificates", f"-n {namespace} get certificates", lambda: certificates(cluster, namespace, rendered())),
    ):
        asked.ask(name, or_look(cluster, line, f"--context NAME (of kubectl); by hand: kubectl {by_hand}"))


def objects(text):
    return [o for o in map(parse, text.split("\n---\n")) if o]


def condition(o, sort):
    return next((c["status"] for c in o.get("status", {}).get("conditions", []) if c["type"] == sort), "Unknown")


def names(found):
    return ", ".join(sorted(o["metadata"]["name"] for o in found))


def nodes(cluster, text):
    """As many as NATS has servers, which keep apart; each says its zone, by which pods spread."""
    needed = max((o["spec"].get("replicas", 1) for o in objects(text) if o["kind"] == "StatefulSet"), default=1)
    found = cluster.get("nodes")
    ready = [n for n in found if condition(n, "Ready") == "True" and not n["spec"].get("unschedulable")]
    if len(ready) < needed:
        raise Failure(f"{len(ready)} nodes are ready, {needed} are needed")
    without = [n for n in ready if ZONE not in n["metadata"].get("labels", {})]
    if without:
        raise Failure(f"without the label {ZONE}: {names(without)}")
    return f"{len(ready)} ready, in {len({n['metadata']['labels'][ZONE] for n in ready})} zones"


def application(cluster, environment):
    found = cluster.get("application", f"tidings-{environment}", namespace="argocd")
    if not found:
        raise Look(f"there is no application tidings-{environment} yet (docs/operations.md, Install from nothing)")
    state = [found[0]["status"][of]["status"] for of in ("sync", "health")]
    if state != ["Synced", "Healthy"]:
        raise Failure(" and ".join(state))
    return "Synced and Healthy"


def pods(cluster, namespace):
    found = [p for p in cluster.get("pods", namespace=namespace) if p["status"]["phase"] != "Succeeded"]
    if not found:
        raise Look(f"nothing runs in {namespace} yet")
    wrong = [p for p in found if condition(p, "Ready") != "True"]
    if wrong:
        raise Failure(f"not ready: {names(wrong)}")
    return f"{len(found)} are ready"


def cron_jobs(cluster, namespace, text):
    """Each has succeeded since it was due: backups, their check, the monthly restore."""
    wanted = {
        o["metadata"]["name"]: o["spec"]["schedule"]
        for o in objects(text)
        if o["kind"] == "CronJob" and not o["spec"].get("suspend")
    }
    last = {
        o["metadata"]["name"]: o.get("status", {}).get("lastSuccessfulTime")
        for o in cluster.get("cronjobs", namespace=namespace)
    }
    late = [
        f"{name} {'never succeeded' if not last.get(name) else f'last succeeded {last[name]}'}"
        for name, schedule in sorted(wanted.items())
        if not last.get(name) or now() - _time(last[name]) > 1.1 * period(schedule) + datetime.timedelta(hours=2)
    ]
    if late:
        by_hand = f"once by hand: kubectl -n {namespace} create job --from=cronjob/NAME NAME-now"
        raise Failure("\n".join([f"late ({by_hand}):", *late]))
    return f"{len(wanted)} succeeded when they were due"


def _time(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def period(schedule):
    """The longest time between two runs, roughly: of a month, a week, a day, an hour, or of */N minutes."""
    minute, hour, day, _, weekday = schedule.split()
    if day != "*":
        return datetime.timedelta(days=31)
    if weekday != "*":
        return datetime.timedelta(days=7)
    if hour != "*":
        return datetime.timedelta(days=1)
    return datetime.timedelta(minutes=int(minute[2:]) if minute.startswith("*/") else 60)


def certificates(cluster, namespace, text):
    if not any(o["kind"] == "Certificate" for o in objects(text)):
        by_hand = "echo | openssl s_client -connect HOST:443 | openssl x509 -noout -enddate"
        raise Look(f"none is ours here: until when is the gateway's? {by_hand}")
    found = cluster.get("certificates", namespace=namespace)
    wrong = [c for c in found if condition(c, "Ready") != "True"]
    if wrong or not found:
        raise Failure(f"not ready: {names(wrong) or 'there is none'}")
    return f"{len(found)} are ready"
