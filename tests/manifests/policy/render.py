"""Kustomize, strict: a warning is a failure."""

import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Failed(Exception):
    """The output of kustomize."""


def run(folder):
    done = subprocess.run(["kustomize", "build", str(folder)], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0 or done.stderr.strip():
        raise Failed(f"kustomize build {folder}: {done.stderr.strip()}")
    return done.stdout


@functools.cache
def text(path):
    """A rendered folder of this repository; rendered once per process."""
    return run(ROOT / path)


def build(path, branch=None):
    """The objects; with BRANCH_NAME replaced as by tools/feature-env if `branch`, a slug, is given."""
    return parse(text(path), branch)


def parse(rendered, branch=None):
    if branch is not None:
        # On its own it is a string whatever it looks like: a branch may be named 1e5.
        rendered = re.sub(r"^(.*[:-] )BRANCH_NAME$", rf'\1"{branch}"', rendered, flags=re.M).replace(
            "BRANCH_NAME", branch
        )
    return [o for o in yaml.load_all(rendered, LOADER) if o]


def compose(kustomization, branch=None, files=()):
    """The objects of a kustomization given as a dict; its folders are relative to the repository, its files lie in
    `files`."""
    with tempfile.TemporaryDirectory() as folder:
        up = os.path.relpath(ROOT, os.path.realpath(folder))
        for file in files:
            shutil.copy(file, folder)
        moved = {
            k: [p if p.endswith(".yaml") else f"{up}/{p}" for p in v] if k in ("resources", "components") else v
            for k, v in kustomization.items()
        }
        pathlib.Path(folder, "kustomization.yaml").write_text(json.dumps(moved), encoding="utf-8")
        return parse(run(folder), branch)


def with_components(overlay, components, branch=None, without=(), alternatives=()):
    """The objects of an overlay that lists some more components, and some less: as if written into its
    kustomization.yaml. One of the `alternatives` stands where the other did."""
    folder = ROOT / "manifests" / "overlays" / overlay
    kustomization = yaml.load((folder / "kustomization.yaml").read_text(encoding="utf-8"), LOADER)
    for field in ("resources", "components"):
        paths = kustomization.get(field, [])
        kustomization[field] = [p.replace("../../", "manifests/") for p in paths]
    names = [c.rpartition("/")[2] for c in kustomization["components"]]
    other = next((c for c in components if c in alternatives), None)
    if other:
        names = [other if n in alternatives else n for n in names]
    names = [n for n in names if n not in without] + [c for c in components if c not in names]
    kustomization["components"] = [f"manifests/components/{n}" for n in names]
    return compose(kustomization, branch, [f for f in folder.iterdir() if f.name != "kustomization.yaml"])
