"""Components, built by the real kustomize on top of fixture/."""

import functools
import os
import pathlib
import subprocess
import tempfile

import yaml

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parents[2]
COMPONENTS = REPOSITORY / "manifests" / "components"
NAMES = [
    "sealed-secrets",
    "sops-secrets",
    "backup",
    "data-refresh",
    "autoscale-on-backlog",
    "mesh-mtls",
    "night-shutdown",
    "monitoring",
    "alertmanager",
    "postgres-exporter",
]


def build(*components, without=(), patches=()):
    """Like _build: built once, parsed for each test."""
    return [doc for doc in yaml.load_all(_build(components, tuple(without), tuple(patches)), Loader) if doc]


@functools.lru_cache(maxsize=None)
def _build(components, without, patches):
    """What an overlay with these components renders to. `without`: (kind, name) that the overlay does not have;
    `patches`: texts of
    patches of its own."""
    with tempfile.TemporaryDirectory() as folder:
        overlay = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
        fixture = {
            **overlay,
            "resources": [os.path.relpath(HERE / "fixture", folder + "/base")],
            "patches": [
                {"target": {"kind": kind, "name": name}, "patch": "$patch: delete\nkind: any\nmetadata: {name: any}"}
                for kind, name in without
            ],
        }
        overlay |= {
            "resources": ["base"],
            "components": [os.path.relpath(COMPONENTS / c, folder) for c in components],
            "patches": [{"patch": text} for text in patches],
        }
        for where, content in (("base/", fixture), ("", overlay)):
            path = pathlib.Path(folder, where, "kustomization.yaml")
            path.parent.mkdir(exist_ok=True)
            path.write_text(yaml.safe_dump(content))
        run = subprocess.run(["kustomize", "build", folder], capture_output=True, text=True)
    if run.returncode or run.stderr:
        raise AssertionError(f"kustomize build with {components}: {run.stderr}")
    return run.stdout


def of_kind(docs, kind):
    return {doc["metadata"]["name"]: doc for doc in docs if doc["kind"] == kind}


def pod_templates(docs):
    """(name, kind, template) of everything that makes pods."""
    for doc in docs:
        spec = doc.get("spec") or {}
        if doc["kind"] == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        if doc["kind"] in ("Deployment", "StatefulSet", "Job", "CronJob"):
            yield doc["metadata"]["name"], doc["kind"], spec["template"]
