"""The quota of production and staging at its fullest: all autoscalers at their maximum, a rollout of all services at
once, every job that runs by itself. Nothing is refused."""

from kube.overlays import build
from policy.objects import kind, quantity

from . import autoscaling_check
from .autoscaling_check import await_replicas, named, to_maximum
from .deployed import DEPLOYED, NAMESPACES
from .rendering import job_of, unfinished
from .waiting import remaining

ABOUT = "all autoscalers at their maximum, all services rolled out at once, all jobs: the quotas hold that"
SETTING = DEPLOYED
LIMIT = 120  # s of the rollouts
RESTARTED = {"spec": {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "quotas"}}}}}


def check(deployed, report):
    to_maximum(deployed.metrics, {name for env in NAMESPACES for name in dict(named(env))})
    for environment, namespace in NAMESPACES.items():
        names = list(dict(named(environment)))
        report.add(environment, await_replicas(deployed.api, environment, "maxReplicas", names))
        wrong, most = fullest(deployed.api, environment, namespace)
        report.say(f"{environment}: at most {', '.join(f'{v} of {k}' for k, v in most.items())}")
        report.add(environment, wrong)
    autoscaling_check.quiet(deployed.metrics)
    report.add("afterwards", deployed.recovers())


def fullest(api, environment, namespace):
    """What was wrong, and the most that the quota had used."""
    seen, most = refusals(api, namespace), {}
    services = [o for o in kind(build(environment), "Deployment") if o["metadata"]["name"] in dict(named(environment))]
    for o in services:
        api.merge(o, RESTARTED)
    # Those that are started by hand, when something else is wrong, have no room of their own.
    by_themselves = [o for o in kind(build(environment), "CronJob") if not o["spec"].get("suspend")]
    jobs = [job_of(o, f"{o['metadata']['name'][:40]}-full") for o in by_themselves]
    for o in jobs:
        api.create(o)

    def late():
        look_at(api, namespace, most)
        return [reason for o in [*services, *jobs] if (reason := unfinished(api.get(o)))]

    wrong = remaining(late, LIMIT, 0.2)
    for o in jobs:
        api.delete(o)
    return wrong + sorted(refusals(api, namespace) - seen), most


def refusals(api, namespace):
    """What the quota has refused, with how often."""
    events = api.list("v1", "Event", namespace, fieldSelector="reason=FailedCreate")
    return {f"{e['message']} ({e.get('count', 1)} times)" for e in events if "exceeded quota" in e["message"]}


def look_at(api, namespace, most):
    for o in api.list("v1", "ResourceQuota", namespace):
        for name, used in o["status"].get("used", {}).items():
            most[name] = max(most.get(name, "0"), used, key=quantity)
