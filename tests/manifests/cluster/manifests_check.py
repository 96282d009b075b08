"""Every overlay and combination of components: applied from nothing, all pods made, applied again without a change."""

from kube.overlays import OVERLAYS
from kube.overlays import build as overlay_objects
from kube.test_components import EVERYWHERE, build, combinations, raised
from policy import render

from .environment import Environment
from .rendering import with_room
from .setting import Setting

ABOUT = "every overlay and combination of components twice, every pod made"


def cases():
    """(name, objects)"""
    for overlay in OVERLAYS:
        yield overlay, overlay_objects(overlay)
    for overlay in EVERYWHERE:
        for components in combinations(overlay):
            raises = [raised(c, overlay) for c in components]
            yield f"{overlay} with {', '.join(components)}", with_room(build(overlay, tuple(components)), raises)


def needed():
    """All objects that will be applied."""
    yield from render.build("cluster-manifests")
    for _, objects in cases():
        yield from objects


def check(cluster, report):
    once = Environment(cluster.api, render.build("cluster-manifests"), report.counts)
    one(once, "cluster-manifests", report)
    for name, objects in cases():
        environment = Environment(cluster.api, objects, report.counts)
        one(environment, name, report)
        environment.remove()


def one(environment, name, report):
    report.say(f"{name}: {len(environment.objects)} objects")
    report.add(name, environment.check())
    report.counts["renderings"] += 1


SETTING = Setting(needed, lambda cluster, _: cluster)
