"""Jobs."""

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


RULES = [jobs_end, schedules_never_pile_up, the_hour_is_the_runs_own]
