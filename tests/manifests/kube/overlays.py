"""The environments, for tests."""

from policy import render
from policy.objects import kind

OVERLAYS = ("development", "feature", "staging", "production", "azure-feature", "azure-production")
SLUG = "fix-login"


def build(overlay, branch=SLUG):
    return render.build(f"manifests/overlays/{overlay}", branch)


def cluster():
    """What a cluster needs once."""
    return render.build("cluster-manifests")


def get(objects, kind_, name):
    found = [o for o in kind(objects, kind_) if o["metadata"]["name"] == name]
    assert len(found) == 1, f"{len(found)} {kind_} {name}"
    return found[0]


def settings(objects):
    return next(o["data"] for o in kind(objects, "ConfigMap") if o["metadata"]["name"].startswith("tidings-settings"))


def config(objects, start, key):
    return next(o["data"][key] for o in kind(objects, "ConfigMap") if o["metadata"]["name"].startswith(start))
