"""Objects for tests to break: rendered production, with handles to what is changed."""

import copy
import functools

from . import render
from .objects import POD_PATHS, dig


@functools.cache
def rendered(overlay, components):
    if components:
        return render.with_components(overlay, components)
    return render.build(f"manifests/overlays/{overlay}")


class Environment:
    """A private copy of a rendered overlay, perhaps with more components."""

    def __init__(self, overlay="production", components=()):
        self.objects = copy.deepcopy(rendered(overlay, components))

    def get(self, kind, name):
        return next(o for o in self.objects if (o["kind"], o["metadata"]["name"]) == (kind, name))

    def drop(self, kind, name):
        self.objects.remove(self.get(kind, name))

    def template(self, kind, name):
        return dig(self.get(kind, name), *POD_PATHS[kind])

    def pod(self, kind="Deployment", name="todo-be"):
        return self.template(kind, name)["spec"]

    def main(self, kind="Deployment", name="todo-be"):
        return self.pod(kind, name)["containers"][0]

    def env(self, name, value, kind="Deployment", of="todo-be"):
        """Sets a variable of the main container."""
        variables = self.main(kind, of).setdefault("env", [])
        variables[:] = [v for v in variables if v["name"] != name] + [{"name": name, "value": value}]
