"""Staging is production, but for what manifests/README.md says: components, settings, and what runs."""

import copy
import re
import unittest

from policy import render
from policy.objects import POD_PATHS, dig, kind

from .overlays import build, get, settings
from .test_components import listed

# What a rollout in staging is there to try: in no way different, whatever the table says.
SAME_CONTAINER = (
    "image",
    "command",
    "ports",
    "securityContext",
    "lifecycle",
    "startupProbe",
    "livenessProbe",
    "readinessProbe",
)
SAME_POD = ("securityContext", "terminationGracePeriodSeconds", "serviceAccountName", "priorityClassName")


def workloads(objects):
    """{name: (owner, its pod)}"""
    found = {o["metadata"]["name"]: (o, dig(o, *POD_PATHS[o["kind"]], "spec")) for o in kind(objects, *POD_PATHS)}
    return {name: pair for name, pair in found.items() if pair[1]}


def plain(o):
    """Without the hashes that ConfigMaps' names have from their content."""
    return re.sub(r"'([a-z-]+)-[a-z0-9]{10}'", r"'\1'", repr(o))


def differences(production, staging):
    """Names of workloads and of kinds whose specs differ, and "setting NAME"."""
    one, other = workloads(production), workloads(staging)
    for name in one.keys() & other.keys():
        if plain(one[name][0]["spec"]) != plain(other[name][0]["spec"]):
            yield name
    for o in kind(production, "HorizontalPodAutoscaler", "PodDisruptionBudget"):
        if o["spec"] != get(staging, o["kind"], o["metadata"]["name"])["spec"]:
            yield o["kind"]
    one, other = settings(production), settings(staging)
    yield from (f"setting {name}" for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def of_components(production, staging):
    return {f"component {name}" for name in production ^ staging}


def never(production, staging):
    """What differs and must not."""
    one, other = workloads(production), workloads(staging)
    for name in one.keys() & other.keys():
        pods = one[name][1], other[name][1]
        yield from (f"{name}: {field}" for field in SAME_POD if pods[0].get(field) != pods[1].get(field))
        mine, theirs = ({c["name"]: c for c in pod["containers"]} for pod in pods)
        for c in mine.keys() | theirs.keys():
            for field in SAME_CONTAINER:
                if mine.get(c, {}).get(field) != theirs.get(c, {}).get(field):
                    yield f"{name}: {c}: {field}"


def said(text):
    """The names in the first column of the table."""
    table = text.split("## Staging is production, but for this\n")[1].split("\n## ")[0]
    cells = re.findall(r"(?m)^\| (.*`.*) \| .+ \|$", table)
    return {f"{sort}{name}" for cell in cells for sort, name in re.findall(r"(component |setting )?`(\w[\w-]*)`", cell)}


class Parity(unittest.TestCase):
    production, staging = build("production"), build("staging")

    def setUp(self):
        self.other = copy.deepcopy(self.staging)

    def test_what_differs_is_said_and_what_is_said_differs(self):
        found = set(differences(self.production, self.staging))
        found |= of_components(listed("production"), listed("staging"))
        self.assertEqual(found, said((render.ROOT / "manifests/README.md").read_text(encoding="utf-8")))

    def test_how_things_run_is_the_same(self):
        self.assertEqual(list(never(self.production, self.staging)), [])

    def test_another_way_to_run_is_noticed(self):
        page = get(self.other, "Deployment", "todo-fe")["spec"]["template"]["spec"]
        page["containers"][0]["readinessProbe"]["periodSeconds"] = 99
        page["terminationGracePeriodSeconds"] = 1
        wrong = {"todo-fe: todo-fe: readinessProbe", "todo-fe: terminationGracePeriodSeconds"}
        self.assertEqual(set(never(self.production, self.other)), wrong)

    def test_what_is_not_said_is_noticed(self):
        settings(self.other)["POOL_SIZE"] = "9"
        get(self.other, "CronJob", "todo-cron")["spec"]["schedule"] = "* * * * *"
        get(self.other, "PodDisruptionBudget", "nats")["spec"]["maxUnavailable"] = 2
        more = set(differences(self.production, self.other)) - set(differences(self.production, self.staging))
        self.assertEqual(more, {"setting POOL_SIZE", "todo-cron", "PodDisruptionBudget"})
        self.assertEqual(of_components({"tls", "login"}, {"login", "vault"}), {"component tls", "component vault"})

    def test_only_the_first_column_of_the_table_is_read(self):
        rows = "| differs | why |\n|---|---|\n| component `a`, `b` | `c` |\n| setting `D_E` | f |\n"
        text = f"`x`\n## Staging is production, but for this\n{rows}\n## Next\n| `y` | z |\n"
        self.assertEqual(said(text), {"component a", "b", "setting D_E"})


if __name__ == "__main__":
    unittest.main()
