"""Production on three real nodes: what only kubelets, images and policies that are enforced show, and that no request
fails and no event is lost while pods, nodes and servers go."""

import time

from on_kind.installation import Credentials
from release.failure import Failure

from .nodes.losses import OnNodesChecks
from .nodes.nodes import NODES

ABOUT = "production on three real nodes: probes, secrets, policies; rollout, drain and kills under load lose nothing"
SETTING = NODES


def check(nodes, report):
    tidings, credentials = nodes.tidings, Credentials(nodes.tidings.namespace)
    tidings.apply(credentials.objects())
    nodes.staging.begin()
    nodes.preview.begin()
    tidings.wait()
    report.say("production is ready")
    others = (("staging", nodes.staging.check), ("preview", nodes.preview.check))
    for name, act in (*others, *OnNodesChecks(nodes, credentials).all()):
        report.say(name)
        begin = time.monotonic()
        try:
            said = act()
            report.say(f"{name}: {said} ({time.monotonic() - begin:.0f} s)")
        except Exception as wrong:  # pylint: disable=broad-except
            # What takes too long and what the API refuses is told too, and what follows is tried all the same.
            text = str(wrong) if isinstance(wrong, Failure) else f"{type(wrong).__name__}: {wrong}"
            report.add(name, [f"{text} ({time.monotonic() - begin:.0f} s)"])
