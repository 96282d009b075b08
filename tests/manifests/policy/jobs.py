"""Jobs."""

import pathlib
import re

from .objects import dig, kind, pods, title


def jobs_end(objects):
    """A job has a deadline, a limit of retries, and is cleaned up."""
    for pod in pods(objects):
        if not pod.is_job:
            continue
        spec = pod.owner["spec"]
        spec = dig(spec, "jobTemplate", "spec", default={}) if pod.owner["kind"] == "CronJob" else spec
        for field in ("activeDeadlineSeconds", "backoffLimit"):
            if field not in spec:
                yield f"{pod.name} needs {field}"
        if pod.owner["kind"] == "Job" and "ttlSecondsAfterFinished" not in spec:
            yield f"{pod.name} needs ttlSecondsAfterFinished"


def schedules_never_pile_up(objects):
    """One run at a time; a missed one has a deadline; a few are kept for inspection; the hour is in UTC."""
    for o in kind(objects, "CronJob"):
        spec = o["spec"]
        if spec.get("concurrencyPolicy") != "Forbid":
            yield f"{title(o)} needs concurrencyPolicy: Forbid"
        for field in ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit", "timeZone"):
            if field not in spec:
                yield f"{title(o)} needs {field}"
        # The controller checks every 10 s, and skips runs later than the deadline.
        if spec.get("startingDeadlineSeconds", 60) < 60:
            yield f"{title(o)}: startingDeadlineSeconds under 60 misses runs"


def the_hour_is_the_runs_own(objects):
    """todo-cron's idempotency key is the hour of the run: a run and all its retries must end within that hour."""
    for o in kind(objects, "CronJob"):
        if o["metadata"]["name"] != "todo-cron":
            continue
        minute = re.match(r"(\d+) ", o["spec"]["schedule"])
        late, lasts = o["spec"].get("startingDeadlineSeconds"), dig(
            o, "spec", "jobTemplate", "spec", "activeDeadlineSeconds"
        )
        if not minute or None in (late, lasts):
            yield f"{title(o)} needs a fixed minute, startingDeadlineSeconds and activeDeadlineSeconds"
        elif not 60 <= int(minute[1]) * 60 < 3600 - late - lasts:
            yield f"{title(o)}: minute {minute[1]} + {late} s + {lasts} s does not stay within the hour"


# What tells a container of a server elsewhere in the cluster.
ELSEWHERE = re.compile(r"PGHOST|\w*_URL")
# By the script `patiently`, or by itself.
WAITS = re.compile(r"/patiently\" \w|^until .*\b(psql|pg_isready)\b", re.M)


def scripts_wait_for_servers(objects):
    """A network policy reaches a node a moment after a new pod does: a Job's script waits until it gets through, as
    nobody starts it again soon. Programs of ours do so themselves."""
    for pod in pods(objects):
        for c in pod.containers() if pod.is_job else ():
            script = _script(objects, pod, c)
            servers = [e for e in c.get("env", []) if ELSEWHERE.fullmatch(e["name"])]
            if script and any("127.0.0.1" not in e.get("value", "") for e in servers) and not WAITS.search(script):
                yield f"{pod.name}: {c['command'][0]} does not wait until it reaches its server"


def _script(objects, pod, container):
    """Its text, if it is in a ConfigMap."""
    path = pathlib.PurePosixPath(container.get("command", [""])[0])
    for mount in container.get("volumeMounts", []):
        volume = next(v for v in pod.spec["volumes"] if v["name"] == mount["name"])
        if mount["mountPath"] == str(path.parent) and "configMap" in volume:
            maps = [o for o in kind(objects, "ConfigMap") if o["metadata"]["name"] == volume["configMap"]["name"]]
            return maps[0]["data"].get(path.name)
    return None


RULES = [jobs_end, schedules_never_pile_up, the_hour_is_the_runs_own, scripts_wait_for_servers]
