"""Production on three real nodes: what only kubelets, images and policies that are enforced show, and that no request
fails and no event is lost while pods, nodes and servers go."""

from on_kind.installation import Credentials
from release.failure import Failure

from .nodes.losses import OnNodesChecks
from .nodes.nodes import NODES

ABOUT = "production on three real nodes: probes, secrets, policies; rollout, drain and kills under load lose nothing"
SETTING = NODES


def check(nodes, report):
    tidings, credentials = nodes.tidings, Credentials(nodes.tidings.namespace)
    tidings.start()
    tidings.apply(credentials.objects())
    tidings.wait()
    report.say("production is ready")
    checks = OnNodesChecks(nodes, credentials)
    for name, act in checks.all():
        report.say(name)
        try:
            report.say(f"{name}: {act()}")
        except Failure as wrong:
            report.add(name, [str(wrong)])
