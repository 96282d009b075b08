"""docs/operations.md is complete: every secret that is used can be rotated by it, every component is in it, the
identity it makes is the one that pods have, and versions are named in one place."""

import copy
import re
import unittest

from policy import render
from policy.objects import dig, kind, pods

from .overlays import OVERLAYS, build
from .test_components import ALTERNATIVES, there
from .test_versions import said, versions_in

TEXT = (render.ROOT / "docs/operations.md").read_text(encoding="utf-8")
WORKFLOWS = sorted((render.ROOT / ".github/workflows").glob("*.yaml"))
# GitHub makes it for each run.
BY_ITSELF = "GITHUB_TOKEN"


def chapter(name):
    return TEXT.split(f"\n## {name}\n")[1].split("\n## ")[0]


def everything():
    """Objects of all overlays, with every component that uses a secret, and of the cluster."""
    found = [o for overlay in OVERLAYS for o in build(overlay)]
    for components in (["alertmanager", "postgres-exporter", "registry", "tls"], ["postgres-ha"], ["postgres-managed"]):
        found += render.with_components("production", components)
    found += render.with_components("production", ["sops-secrets"], alternatives=ALTERNATIVES)
    once = {"resources": ["cluster-manifests"], "components": ["manifests/components/logs"]}
    return found + render.compose(once) + render.build("cluster-manifests/gateway")


def secrets(objects):
    """{(Secret, key or None for all)} that pods, Gateways and Argo CD read, or that are made here."""
    for pod in pods(objects):
        for e in (e for c in pod.containers() for e in c.get("env", [])):
            if ref := dig(e, "valueFrom", "secretKeyRef"):
                yield ref["name"], ref["key"]
        volumes = pod.spec.get("volumes", [])
        sources = [v.get("secret") for v in volumes]
        sources += [s.get("secret") for v in volumes for s in dig(v, "projected", "sources", default=[])]
        for source in filter(None, sources):
            keys = [i["key"] for i in source.get("items", [])] or [None]
            yield from ((source.get("secretName") or source["name"], key) for key in keys)
        yield from ((s["name"], None) for s in pod.spec.get("imagePullSecrets", []))
    for o in kind(objects, "SealedSecret"):
        yield from ((o["metadata"]["name"], key) for key in o["spec"]["encryptedData"])
    for o in kind(objects, "Certificate"):
        yield o["spec"]["secretName"], None
    for o in kind(objects, "ApplicationSet"):
        yield from ((name, None) for name in re.findall(r"'secretName': '([\w-]+)'", str(o)))
    for o in kind(objects, "SecretProviderClass"):
        yield from ((name, None) for name in re.findall(r"objectName: ([\w-]+)", o["spec"]["parameters"]["objects"]))


def rotated(text):
    """{Secret: its keys} of the table."""
    found = {}
    for names, keys in re.findall(r"(?m)^\| ([^|]*) \| ([^|]*) ?\| .+ \|$", text):
        for name in re.findall(r"`([a-z-]+)`", names) or [names]:
            found.setdefault(name, set()).update(re.findall(r"`(\w+)`", keys))
    return found


def forgotten(used, table):
    # Certificates: their keys belong together.
    made = {name for name, keys in table.items() if not keys}
    return {(name, key) for name, key in used if key not in {*table.get(name, ()), None} and name not in made} | {
        (name, key) for name, key in used if name not in table
    }


class Rotation(unittest.TestCase):
    used, table = set(secrets(everything())), rotated(chapter("Rotate"))

    def test_every_secret_that_is_used_is_in_the_table(self):
        self.assertGreater(len(self.used), 25)
        self.assertEqual(forgotten(self.used, self.table), set())

    def test_one_that_is_not_is_noticed(self):
        more = {("todo-be-credentials", "NEW_KEY"), ("new-credentials", None)}
        self.assertEqual(forgotten(self.used | more, self.table), more)

    def test_the_table_has_nothing_that_is_not_used(self):
        of_the_cluster = {name for name, _ in self.used}
        named = {name for name in self.table if re.fullmatch("[a-z-]+", name)}
        self.assertEqual(named - of_the_cluster, set())

    def test_githubs_too(self):
        used = set().union(*(re.findall(r"secrets\.(\w+)", f.read_text(encoding="utf-8")) for f in WORKFLOWS))
        self.assertEqual(used - {BY_ITSELF}, self.table["GitHub's"])

    def test_each_paragraph_that_it_sends_to_is_there(self):
        rows = "\n".join(line for line in chapter("Rotate").splitlines() if line.startswith("|"))
        headings = set(re.findall(r'"([^"]+)"', rows))
        self.assertGreater(len(headings), 5)
        there_ = re.findall(r"(?m)^\*\*([^*]+)\*\*|^##+ (.+)$", TEXT)
        known = {(bold or heading).rstrip(".") for bold, heading in there_}
        self.assertEqual({h for h in headings if not any(k.startswith(h) for k in known)}, set())


class Components(unittest.TestCase):
    def test_each_has_its_line(self):
        rows = re.findall(r"(?m)^\| (`[^|]+) \| .+ \|$", chapter("Components"))
        self.assertEqual(sorted(n for row in rows for n in re.findall(r"`([a-z-]+)`", row)), there())


class Identity(unittest.TestCase):
    def test_the_subject_that_the_vault_believes_is_the_pods_own(self):
        objects = copy.deepcopy(build("staging"))
        reads = [p for p in pods(objects) if any("csi" in v for v in p.spec.get("volumes", []))]
        namespace = kind(objects, "Namespace")[0]["metadata"]["name"]
        subjects = {f"system:serviceaccount:{namespace}:{p.spec['serviceAccountName']}" for p in reads}
        self.assertEqual(set(re.findall(r"--subject (\S+)", chapter("Federated identity"))), subjects)

    def test_it_gives_the_right_that_reads_the_named_vault(self):
        parameters = kind(build("staging"), "SecretProviderClass")[0]["spec"]["parameters"]
        self.assertIn(f"az keyvault show --name {parameters['keyvaultName']} ", chapter("Federated identity"))


class Versions(unittest.TestCase):
    def test_no_document_for_the_operator_names_one(self):
        paths = ["docs/operations.md", "manifests/README.md", "docker/README.md"]
        texts = [(render.ROOT / p).read_text(encoding="utf-8") for p in paths]
        texts += [f.read_text(encoding="utf-8") for f in (render.ROOT / "manifests").rglob("README.md")]
        self.assertEqual([v for text in texts for v in named(text)], [])

    def test_one_that_does_is_noticed(self):
        image, version = next((i, v) for i, v in said().items() if i == "postgres")
        for text in (f"run `{image}:{version}`", f"PostgreSQL {version} is", f"image: {image}:{version}"):
            self.assertNotEqual(named(text), [], text)


def named(text):
    """Versions of images of others."""
    exact = {v.partition("@")[0].removesuffix("-alpine") for v in said().values()}
    images = [f"{i}:{v}" for i, v in versions_in(text)] + re.findall(r"`([\w./-]+:v?\d[\w.-]*)`", text)
    return images + [v for v in exact if re.search(rf"(?<![\w.]){re.escape(v)}(?![\w.]*\d)", text)]


if __name__ == "__main__":
    unittest.main()
