"""Kustomize, strict: a warning is a failure."""

import functools
import os
import pathlib
import subprocess
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Failed(Exception):
    """What kustomize said."""


def run(folder):
    done = subprocess.run(["kustomize", "build", str(folder)], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0 or done.stderr.strip():
        raise Failed(f"kustomize build {folder}: {done.stderr.strip()}")
    return done.stdout


@functools.cache
def text(path):
    """What a folder of this repository renders to; rendered once per process."""
    return run(ROOT / path)


def build(path, branch=None):
    """The objects; BRANCH_NAME filled in as tools/feature-env does when `branch`, a slug, is given."""
    rendered = text(path)
    if branch is not None:
        rendered = rendered.replace("BRANCH_NAME", branch)
    return parse(rendered)


def parse(rendered):
    return [o for o in yaml.load_all(rendered, LOADER) if o]


def compose(kustomization):
    """The objects of a kustomization given as a dict; its paths are relative to the repository."""
    with tempfile.TemporaryDirectory() as folder:
        up = os.path.relpath(ROOT, os.path.realpath(folder))
        moved = {k: [f"{up}/{p}" for p in v] if k in ("resources", "components") else v for k, v in kustomization.items()}
        pathlib.Path(folder, "kustomization.yaml").write_text(yaml.safe_dump(moved), encoding="utf-8")
        return parse(run(folder))
