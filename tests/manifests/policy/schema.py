"""Strict validation against the schemas of Kubernetes and of the custom resources: unknown fields and kinds are
refused."""

import json
import pathlib
import subprocess

import jsonschema

HERE = pathlib.Path(__file__).resolve().parent
BY_HAND = HERE.parent / "kube" / "schemas"


class Failed(Exception):
    """The validator could not run."""


def problems(objects):
    """Messages. All objects in one run: the validator is slow to start."""
    packaged = [o for o in objects if not _by_hand(o).exists()]
    found = [f"{_title(o)}: {text}" for o, texts in zip(packaged, _packaged(packaged)) for text in texts]
    return found + [text for o in objects if _by_hand(o).exists() for text in _checked_by_hand(o)]


def _title(o):
    return f"{o.get('kind')} {o.get('metadata', {}).get('name')}"


def _by_hand(o):
    return BY_HAND / f"{o['apiVersion'].replace('/', '_')}_{o['kind']}.json"


def _checked_by_hand(o):
    validator = jsonschema.Draft7Validator(json.loads(_by_hand(o).read_text(encoding="utf-8")))
    return [f"{_title(o)}: /{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(o)]


def _packaged(objects):
    if not (HERE.parent / "node_modules").is_dir():
        raise Failed("tests/manifests/node_modules is missing: run ./dev test manifests, or npm ci there")
    done = subprocess.run(
        ["node", str(HERE / "strict.mjs")],
        input=json.dumps(objects, default=str),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode != 0:
        raise Failed(done.stderr)
    return json.loads(done.stdout)
