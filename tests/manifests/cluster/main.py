"""tools/cluster-test: checks against a real API server."""

import argparse
import contextlib
import pathlib
import shutil
import signal
import sys

from private_servers.folder import Folder, in_memory

from . import (
    argocd_check,
    autoscaling_check,
    drain_check,
    manifests_check,
    namespaces_check,
    night_check,
    nodes_check,
    previews_check,
    programs,
    quotas_check,
    release_check,
    restore_check,
    volumes_check,
)
from .control_plane import ControlPlane
from .report import Report
from .stand_ins import StandIns
from .surroundings import prepare

CHECKS = {
    "manifests": manifests_check,
    "argocd": argocd_check,
    "namespaces": namespaces_check,
    "release": release_check,
    "drain": drain_check,
    "autoscaling": autoscaling_check,
    "quotas": quotas_check,
    "night": night_check,
    "volumes": volumes_check,
    "restore": restore_check,
    "previews": previews_check,
    "nodes": nodes_check,
}
KUBERNETES = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
# Programs that are not built: where Debian has them.
INSTALLED = {"git": "git", "kubectl": "kubectl", "kustomize": "kustomize", "openssl": "openssl", "nice": "coreutils"}


def options(arguments):
    parser = argparse.ArgumentParser(
        prog="tools/cluster-test",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="The manifests in a cluster of Kubernetes 1.36 on this machine's loopback: a real API server and\n"
        "controllers, pods that KWOK makes ready without running them, and Argo CD 3.2. Nothing is left behind.\n"
        "All but `manifests` begin with the first sync of production and staging, and share a cluster until one of\n"
        "them finds something.\n"
        "`nodes` is another cluster: three real nodes, each in namespaces of its own, with images that are built\n"
        "here. It needs root, and is only run when it is named.\n"
        "The programs are built once, from Go modules (Go 1.26; a quarter of an hour on two free cores), and kept\n"
        "in ~/.cache/tidings/cluster (TIDINGS_CACHE: elsewhere).",
        epilog="checks:\n" + "\n".join(f"  {name:11} {check.ABOUT}" for name, check in CHECKS.items()),
    )
    parser.add_argument("checks", nargs="*", metavar="CHECK", help="(default: all but nodes)")
    parser.add_argument("--build", action="store_true", help="only build what is not there yet")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER", help="where logs are put if something is wrong")
    chosen = parser.parse_args(arguments)
    unknown = sorted(set(chosen.checks) - set(CHECKS))
    if unknown:
        parser.error(f"no check {', '.join(unknown)}; there are: {', '.join(CHECKS)}")
    chosen.checks = chosen.checks or [name for name, check in CHECKS.items() if not check.SETTING.real]
    return chosen


def main(arguments=None):
    chosen, report = options(arguments), Report()
    # As an interruption: what runs is ended, folders are removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        require_installed(chosen.checks)
        built = {name: programs.program(name, report.say) for name in needed_programs(chosen.checks)}
        files = None if all(CHECKS[name].SETTING.real for name in chosen.checks) else programs.files(report.say)
        if not chosen.build:
            run(chosen.checks, built, files, report, chosen.keep)
    except programs.Failed as wrong:
        sys.exit(f"cluster-test: {wrong}")
    if chosen.build:
        return 0
    print(report.closing())
    return 1 if report.problems else 0


def require_installed(names):
    wanted = dict(INSTALLED)
    for name in names:
        wanted |= CHECKS[name].SETTING.installed | getattr(CHECKS[name], "INSTALLED", {})
    missing = {package for program, package in wanted.items() if not shutil.which(program)}
    if missing:
        raise programs.Failed(f"these are missing: {', '.join(sorted(missing))}")


def needed_programs(names):
    settings = [CHECKS[name].SETTING for name in names]
    pods = () if all(s.real for s in settings) else ("kwok",)
    return [*KUBERNETES, *pods, *{p: None for s in settings for p in s.programs}]


def run(names, built, files, report, keep):
    """Those of one setting follow each other in one cluster; after a check that found something there is a new one."""
    left = sorted(names, key=list(CHECKS).index)
    while left:
        setting, before = CHECKS[left[0]].SETTING, len(report.problems)
        group = [name for name in left if CHECKS[name].SETTING is setting]
        with Folder("cluster", in_memory()) as folder:
            try:
                with contextlib.ExitStack() as stack:
                    given = start(setting, stack, folder.path, built, files, report)
                    done = run_until_one_fails(group, given, report) if given else group
            except Exception as wrong:  # pylint: disable=broad-except
                report.add(group[0], [f"{type(wrong).__name__}: {wrong}"])
                done = group
            if keep and len(report.problems) > before:
                keep_logs(folder.path, keep / done[-1])
        left = [name for name in left if name not in done]


def start(setting, stack, folder, built, files, report):
    """What the checks of the setting get; None when it could not be made, which is a problem of all of them."""
    before = len(report.problems)
    report.say("a new cluster")

    def program(name):
        return built.get(name) or shutil.which(name)

    if setting.real:
        return setting.start(stack, folder, program, report)
    kinds = {(o["apiVersion"], o["kind"]) for o in setting.needed()}
    cluster = stack.enter_context(ControlPlane(folder, program))
    prepare(cluster, files, kinds, setting.takes)
    stack.enter_context(StandIns(cluster.api, kinds))
    given = setting.start(cluster, report)
    return given if len(report.problems) == before else None


def run_until_one_fails(names, given, report):
    """Those that were run. A check that cannot go on is a problem like others."""
    before, done = len(report.problems), []
    while len(done) < len(names) and len(report.problems) == before:
        name = names[len(done)]
        report.say(name)
        try:
            CHECKS[name].check(given, report)
        except Exception as wrong:  # pylint: disable=broad-except
            report.add(name, [f"{type(wrong).__name__}: {wrong}"])
        report.counts["checks"] += 1
        done.append(name)
    return done


def keep_logs(folder, to):
    shutil.copytree(folder, to, ignore=lambda d, names: [n for n in names if not is_log(d, n)], dirs_exist_ok=True)


def is_log(folder, name):
    return name.endswith(".log") and pathlib.Path(folder, name).is_file()
