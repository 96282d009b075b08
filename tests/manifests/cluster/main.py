"""tools/cluster-test: checks against a real API server."""

import argparse
import contextlib
import pathlib
import shutil
import signal
import sys

from private_servers.folder import Folder, in_memory

from . import argocd_check, manifests_check, programs
from .control_plane import ControlPlane
from .report import Report
from .stand_ins import StandIns
from .surroundings import prepare

CHECKS = {"manifests": manifests_check, "argocd": argocd_check}
KUBERNETES = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok")
# Programs that are not built: where Debian has them.
INSTALLED = {"git": "git", "kubectl": "kubectl", "kustomize": "kustomize", "openssl": "openssl", "nice": "coreutils"}


def options(arguments):
    parser = argparse.ArgumentParser(
        prog="tools/cluster-test",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="The manifests in a cluster of Kubernetes 1.36 on this machine's loopback: a real API server and\n"
        "controllers, pods that KWOK makes ready without running them, and Argo CD 3.2. Nothing is left behind.\n"
        "The programs are built once, from Go modules (Go 1.26; a quarter of an hour on two free cores), and kept\n"
        "in ~/.cache/tidings/cluster (TIDINGS_CACHE: elsewhere).",
        epilog="checks:\n" + "\n".join(f"  {name:10} {check.ABOUT}" for name, check in CHECKS.items()),
    )
    parser.add_argument("checks", nargs="*", metavar="CHECK", help="(default: all)")
    parser.add_argument("--build", action="store_true", help="only build what is not there yet")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER", help="where logs are put if something is wrong")
    chosen = parser.parse_args(arguments)
    unknown = sorted(set(chosen.checks) - set(CHECKS))
    if unknown:
        parser.error(f"no check {', '.join(unknown)}; there are: {', '.join(CHECKS)}")
    chosen.checks = chosen.checks or list(CHECKS)
    return chosen


def main(arguments=None):
    chosen, report = options(arguments), Report()
    # As an interruption: what runs is ended, folders are removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        require_installed(chosen.checks)
        built = {name: programs.program(name, report.say) for name in needed_programs(chosen.checks)}
        files = programs.files(report.say)
        for name in () if chosen.build else chosen.checks:
            run(name, built, files, report, chosen.keep)
    except programs.Failed as wrong:
        sys.exit(f"cluster-test: {wrong}")
    if chosen.build:
        return 0
    print(report.closing())
    return 1 if report.problems else 0


def require_installed(names):
    wanted = dict(INSTALLED)
    for name in names:
        wanted |= getattr(CHECKS[name], "INSTALLED", {})
    missing = [package for program, package in wanted.items() if not shutil.which(program)]
    if missing:
        raise programs.Failed(f"these Debian packages are missing: {' '.join(missing)}")


def needed_programs(names):
    return [*KUBERNETES, *(p for name in names for p in getattr(CHECKS[name], "PROGRAMS", ()))]


def run(name, built, files, report, keep):
    """In a cluster of its own. A check that cannot go on is a problem like others."""
    check, before = CHECKS[name], len(report.problems)
    report.say(f"{name}: a new cluster")
    with Folder("cluster", in_memory()) as folder:
        kinds = {(o["apiVersion"], o["kind"]) for o in check.needed()}
        try:
            with contextlib.ExitStack() as stack:
                cluster = stack.enter_context(ControlPlane(folder.path, lambda p: built.get(p) or shutil.which(p)))
                prepare(cluster, files, kinds)
                stack.enter_context(StandIns(cluster.api, kinds))
                check.check(cluster, report)
        except Exception as wrong:  # pylint: disable=broad-except
            report.add(name, [f"{type(wrong).__name__}: {wrong}"])
        if keep and len(report.problems) > before:
            shutil.copytree(folder.path, keep / name, ignore=lambda d, n: [x for x in n if not is_log(d, x)])


def is_log(folder, name):
    return name.endswith(".log") and pathlib.Path(folder, name).is_file()
