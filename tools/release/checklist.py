"""The checklist before production. Every line is answered: yes, no, or look, where only a person can say or what was
asked for was not given."""

import datetime
import re
import sys

from . import gates, history
from .failure import Failure
from .printable import printable
from .rendering import parse

BLANK = re.compile(r"\bnot-yet-(?:sealed|encrypted)\b")
PLACEHOLDER = re.compile(r"\b[\w.-]+\.example\b|\b0{8}-0{4}-0{4}-0{4}-0{12}\b")
SEALED = ("SealedSecret", "SopsSecret")
# What no program can see.
FOR_A_PERSON = {
    "copies": "are backup volume and key of the sealed secrets copied off the cluster? docs/operations.md, Backup",
    "on call": "does an alert reach a person? Try one: manifests/components/alertmanager/README.md",
    "protection": "does the target's branch refuse force pushes, and most people? docs/operations.md, Install",
    "size": "how many changes per second will come? docs/operations.md, Disks, says for how many it is",
    "receivers": "does every receiver check signatures and forget what it has had? docs/verify-a-webhook.md",
    "tokens": "has todo-cron a token of its own? docs/operations.md, Rotate",
    "access": "who may read the Secrets and push to the target's branch, and are they still here?",
    "lost node": "has the team done it once: a node that is gone, a restore? docs/operations.md",
}


class Look(Exception):
    """Why no program can say, and what to look at."""


class Checklist:
    def __init__(self, out=None):
        self.out = out or sys.stdout
        self.answers = {}

    def ask(self, name, function):
        """function() -> detail: yes; Failure: no; Look: look."""
        try:
            answer, detail = "yes", function()
        except Failure as wrong:
            answer, detail = "no", wrong
        except Look as wanted:
            answer, detail = "look", wanted
        except (AttributeError, IndexError, KeyError, TypeError) as wrong:  # unexpected JSON
            answer, detail = "no", f"answered with something else than expected ({type(wrong).__name__}: {wrong})"
        self.answers[name] = answer
        first, *rest = printable(detail).split("\n")
        print(f"{answer:<5} {name:<13} {first}", *(" " * 20 + line for line in rest), sep="\n", file=self.out)
        self.out.flush()

    def summary(self):
        counted = {a: [n for n, given in self.answers.items() if given == a] for a in ("yes", "no", "look")}
        text = f"checklist: {len(counted['yes'])} yes, {len(counted['no'])} no, {len(counted['look'])} to look at"
        return text + (f"; no: {', '.join(counted['no'])}" if counted["no"] else "")

    def any_no(self):
        return "no" in self.answers.values()


def or_look(given, gate, wanted):
    """The gate where its option was given; else what to give."""

    def asked():
        if not given:
            raise Look(f"give {wanted}")
        return gate()

    return asked


def _listed(found, why):
    if found:
        raise Failure("\n".join([why, *sorted(found)]))


def filled_in(text):
    _listed(set(PLACEHOLDER.findall(text)), "still to be filled in (docs/operations.md, Install from nothing):")
    return "no placeholder is left"


def no_blank_secret(text):
    objects = [o for o in map(parse, text.split("\n---\n")) if o]
    of_ours = [o for o in objects if o["kind"] in SEALED]
    if not of_ours:
        raise Look("neither sealed nor SOPS: do all that docs/operations.md (Secrets) names exist in the cluster?")
    _listed({o["metadata"]["name"] for o in of_ours if BLANK.search(str(o))}, "blank (docs/operations.md, Secrets):")
    return f"{len(of_ours)} filled in"


def tells_users_apart(text):
    """What todo-be is told of users and their provider (docs/identity.md). That the issuer is filled in: filled_in."""
    objects = [o for o in map(parse, text.split("\n---\n")) if o]
    data = [o.get("data") or {} for o in objects if o["kind"] == "ConfigMap"]
    settings = next((d for d in data if "IDENTITY" in d), None)
    if settings is None or settings["IDENTITY"] != "on":
        if not any(o["kind"] == "Deployment" and o["metadata"]["name"] == "todo-be" for o in objects):
            raise Look("no todo-be is rendered here: has it IDENTITY=on?")
        raise Failure("everybody has the same to-dos: component identity (manifests/components/identity/README.md)")
    if not settings.get("OIDC_ISSUER"):
        raise Look("no provider: personal access tokens are all there is, and the page's. Is that what is wanted?")
    if not settings.get("OIDC_AUDIENCE"):
        raise Failure("OIDC_AUDIENCE is empty: todo-be does not start without what the provider calls this API")
    return f"by tokens of {settings['OIDC_ISSUER']} for {settings['OIDC_AUDIENCE']}"


def bounds_guessing(text):
    """What an address may ask for where nobody is known (docs/operations.md, Users)."""
    objects = [o for o in map(parse, text.split("\n---\n")) if o]
    data = [o.get("data") or {} for o in objects if o["kind"] == "ConfigMap"]
    settings = next((d for d in data if "IDENTITY" in d), {})
    if settings.get("IDENTITY") != "on":
        raise Look("todo-be has no users here: is its API_TOKEN long, and does the gateway limit who tries?")
    limit, window = settings.get("RATE_LIMIT", "0"), settings.get("RATE_LIMIT_WINDOW", "1m")
    if limit == "0":
        raise Failure(
            "anybody may guess tokens as fast as the database answers: RATE_LIMIT (docs/operations.md, Users)"
        )
    if not settings.get("TRUSTED_PROXIES"):
        raise Failure("all who guess, and all others, are one address, the page's: TRUSTED_PROXIES")
    return f"{limit} requests of an address in {window}, believing {settings['TRUSTED_PROXIES']}"


def pinned_by_digest(text):
    """Images of others; ours come with the promotion."""
    images = set(re.findall(r"(?m)^\s*(?:- )?image: (\S+)", text))
    others = {i for i in images if not re.search(r"\btidings/", i)}
    _listed({i for i in others if "@sha256:" not in i}, "by tag only (tools/pin-images):")
    return f"{len(others)} images of others, by digest"


def has_a_way_back(branch):
    if not branch.tip:
        raise Look(f"{branch.name} has no promotion yet: there is nothing that tools/rollback could go back to")
    return f"tools/rollback would go back to {branch.previous()[:12]}"


def of_manifests(asked, source, branch, rendered):
    """`rendered`: () -> the target as kustomize builds it."""
    asked.ask("images", lambda: f"one commit, {gates.commit_gate(source)[:12]}, by digest")
    asked.ask("committed", lambda: history.must_be_clean("manifests", "cluster-manifests") or "nothing uncommitted")
    asked.ask("filled in", lambda: filled_in(rendered()))
    asked.ask("secrets", lambda: no_blank_secret(rendered()))
    asked.ask("identity", lambda: tells_users_apart(rendered()))
    asked.ask("guessing", lambda: bounds_guessing(rendered()))
    asked.ask("others", lambda: pinned_by_digest(rendered()))
    asked.ask("branch", branch.must_be_ours)
    asked.ask("way back", lambda: has_a_way_back(branch))


def of_gates(asked, given, source, namespaces):
    """Those of a promotion, each where its option was given."""

    def smoke():
        return gates.smoke_gate(given.smoke, [u for u in given.metrics.split(",") if u])

    def signatures():
        source.pinned()
        return gates.signatures_gate(source.references(), given.signed_by)

    asked.ask("smoke", or_look(given.smoke, smoke, "--smoke URL"))
    asked.ask("alerts", or_look(given.alerts, lambda: gates.alerts_gate(given.alerts, namespaces), "--alerts URL"))
    asked.ask("signatures", or_look(given.signed_by, signatures, "--signed-by IDENTITY"))
    migration = or_look(given.database, lambda: gates.migration_gate(given.database, given.todo_be), "--database URL")
    asked.ask("migration", migration)
    tests = or_look(given.tests, lambda: gates.tests_gate(given.tests, gates.commit_gate(source)), "--tests URL|run")
    asked.ask("tests", tests)


def for_a_person(asked):
    for name, question in FOR_A_PERSON.items():
        asked.ask(name, lambda question=question: _look(question))


def _look(question):
    raise Look(question)


def now():
    return datetime.datetime.now(datetime.timezone.utc)
