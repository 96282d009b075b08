"""What is decided about real nodes, without any: addresses, files, images, disks, and what is too much."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest
from unittest import mock

from on_kind import installation
from on_kind.installation import Credentials
from policy import render
from policy.objects import kind, pods
from release.failure import Failure

from . import main
from .nodes import configuration, ground, images, machine, nodes, store, surroundings, tunables
from .nodes.losses import OnNodesChecks
from .nodes.production import OnNodes
from .surroundings import PROVISIONER

PODS = OnNodes(None)


class Addresses(unittest.TestCase):
    def test_each_node_leads_to_the_pods_of_all_others_and_gives_addresses_of_its_own(self):
        for number in (1, 2, 3):
            files = configuration.files(number, 3, "/x")
            routes = dict(line.split() for line in files["routes"].splitlines())
            others = [n for n in (1, 2, 3) if n != number]
            self.assertEqual(routes, {ground.pods_of(n): ground.node_address(n) for n in others})
            self.assertNotIn(ground.pods_of(number), routes)
            (bridge, _) = json.loads(files["cni/10-pods.conflist"])["plugins"]
            self.assertEqual(bridge["ipam"]["ranges"], [[{"subnet": ground.pods_of(number)}]])
            self.assertEqual(files["address"].strip(), f"{ground.node_address(number)}/24")

    def test_what_the_policy_of_the_way_in_takes_for_pods_are_these_pods(self):
        (policy,) = [o for o in kind(PODS.objects, "NetworkPolicy") if o["metadata"]["name"] == "entry"]
        self.assertEqual(policy["spec"]["ingress"][0]["from"][0]["ipBlock"]["except"], [ground.PODS])

    def test_pods_ask_the_servers_of_names_that_there_are(self):
        (service,) = kind(surroundings.objects(), "Service")
        kubelet = json.loads(configuration.files(1, 3, "/x")["kubelet.yaml"])
        self.assertEqual(kubelet["clusterDNS"], [service["spec"]["clusterIP"]])
        (servers,) = kind(surroundings.objects(), "Deployment")
        self.assertEqual(servers["spec"]["template"]["spec"]["containers"][0]["image"], surroundings.COREDNS)
        self.assertEqual(servers["spec"]["template"]["metadata"]["labels"], service["spec"]["selector"])


class Pictures(unittest.TestCase):
    def test_every_image_of_production_is_ours_or_has_a_stand_in(self):
        others = {n.rpartition(":")[0] for n in OnNodes.names() if not n.startswith(images.OURS)}
        self.assertEqual(others - set(images.STAND_INS), set())
        self.assertEqual(set(images.STAND_INS) - others, {"localhost/pause", "localhost/coredns"})

    def test_what_staging_starts_has_an_image_that_production_has(self):
        staging = installation.Installation("staging")
        suspended = [pod for pod in pods(staging.objects) if pod.owner["spec"].get("suspend")]
        started = {c["image"] for pod in pods(staging.objects) if pod not in suspended for c in pod.containers()}
        self.assertEqual(started - set(OnNodes.names()), set())
        self.assertIn("tidings/todo-be:dev", started)

    def test_they_are_made_anew_when_a_source_or_a_program_is_another(self):
        root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        subprocess.run(["git", "init", "--quiet", root], check=True)
        (root / "libs").mkdir()
        seen = []
        for file, text, program in (
            ("libs/a", "1", "x"),
            ("libs/a", "2", "x"),
            ("libs/b", "2", "x"),
            ("docs", "", "y"),
        ):
            (root / file).write_text(text, encoding="ascii")
            seen.append(store.fingerprint(root, ["n"], {"nats": program}))
        self.assertEqual(len(set(seen)), 4)
        (root / "docs").write_text("more", encoding="ascii")
        self.assertEqual(store.fingerprint(root, ["n"], {"nats": "y"}), seen[-1])

    def test_each_node_has_the_same_files_and_databases_of_its_own(self):
        top = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (top / "store/metadata").mkdir(parents=True)
        for name in ("layer", "meta.db"):
            (top / "store/metadata" / name).write_text(name, encoding="ascii")
        store.give(top / "store", top / "node/lib/containerd")
        same = [
            (top / "store/metadata" / name).samefile(top / "node/lib/containerd/metadata" / name)
            for name in ("layer", "meta.db")
        ]
        self.assertEqual(same, [True, False])
        self.assertEqual((top / "node/lib/containerd/metadata/meta.db").read_text(encoding="ascii"), "meta.db")

    def test_nats_is_built_in_the_version_that_is_deployed(self):
        version = nodes.nats_version(OnNodes.names())
        self.assertTrue((render.ROOT / "tools/nats-servers" / version).is_dir(), version)


class Machines(unittest.TestCase):
    def test_control_groups_are_made_below_every_controller_and_go_with_those_below_them(self):
        top = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name in ("cpu", "memory"):
            (top / name).mkdir()
        (top / "same").symlink_to(top / "cpu")
        with mock.patch.object(machine, "CONTROL_GROUPS", top):
            groups = machine.ControlGroups("n")
            groups.make()
            for name in ("cpu", "memory"):
                (top / name / "n/kubepods/pod1").mkdir(parents=True)
            groups.remove()
        self.assertEqual(sorted(f.name for f in top.rglob("*")), ["cpu", "memory", "same"])

    def test_those_of_a_run_that_was_killed_go_too(self):
        top = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        for run in ("0", os.getpid()):
            (top / f"cpu/{machine.GROUP}{run}-node-1/kubepods").mkdir(parents=True)
        (top / "cpu/another").mkdir()
        with mock.patch.object(machine, "CONTROL_GROUPS", top):
            machine.remove_old_groups()
        left = sorted(f.name for f in (top / "cpu").iterdir())
        self.assertEqual(left, ["another", f"{machine.GROUP}{os.getpid()}-node-1"])

    def test_what_a_kubelet_sets_for_the_whole_machine_is_put_back(self):
        top = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (top / "vm").mkdir()
        (top / "vm/overcommit_memory").write_text("0\n", encoding="ascii")
        with mock.patch.object(tunables, "ROOT", top), tunables.kept():
            (top / "vm/overcommit_memory").write_text("1\n", encoding="ascii")
        self.assertEqual((top / "vm/overcommit_memory").read_text(encoding="ascii"), "0\n")

    def test_disks_are_provided_by_the_class_that_claims_get(self):
        (sort,) = kind(surroundings.objects(), "StorageClass")
        self.assertEqual(sort["provisioner"], PROVISIONER)

    def test_a_disk_is_a_folder_of_its_zone(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        spec = {"resources": {"requests": {"storage": "1Gi"}}, "accessModes": ["ReadWriteOnce"]}
        claim = {"metadata": {"name": "c", "namespace": "n", "uid": "u"}, "spec": spec | {"storageClassName": "disk"}}
        o = surroundings.Disks(None, folder).volume(claim, "zone-2")["spec"]
        self.assertTrue(pathlib.Path(o["local"]["path"]).is_dir())
        self.assertNotIn("csi", o)
        terms = o["nodeAffinity"]["required"]["nodeSelectorTerms"]
        self.assertEqual(terms[0]["matchExpressions"][0]["values"], ["zone-2"])


class Checks(unittest.TestCase):
    def checks(self, pods, ready=("node-1",), metrics=""):
        listed = [{"metadata": {"name": n}, "status": {"conditions": condition(n in ready)}} for n in ("node-1",)]
        api = mock.Mock(list=lambda *_: listed, call=lambda *_: mock.Mock(object={"pods": pods}))
        tidings = mock.Mock(objects=PODS.objects, namespace="project", cluster=mock.Mock(run=lambda *_: metrics))
        cluster = mock.Mock(api=api, machines={"node-1": mock.Mock(number=1)}, tidings=tidings)
        cluster.not_ready = lambda: nodes.Nodes.not_ready(cluster)
        return OnNodesChecks(cluster, Credentials("project"))

    def test_the_most_that_a_container_of_a_name_uses_counts(self):
        other = {"podRef": {"namespace": "kube-system", "name": "pod"}}
        pods = [use("a", 0.01, 5), use("a", 0.02, 3), use("b", 1, 1) | other]
        self.assertEqual(self.checks(pods)._used(), {"a": (0.02, 5)})

    def test_files_that_the_kernel_keeps_are_not_used(self):
        about = '{container="%s",id="/x",image="i",name="n",namespace="%s",pod="pod"} %s 1796097486661\n'
        lines = [about % of for of in (("a", "project", "4"), ("a", "kube-system", "1"), ("b", "project", "1.5e+01"))]
        active, inactive = (f"container_memory_total_{sort}_file_bytes" for sort in ("active", "inactive"))
        metrics = "".join([f"# TYPE {active} gauge\n", *(f"{active}{o}{inactive}{o}" for o in lines)])
        used = self.checks([use("a", 0.01, 5), use("b", 0.01, 20)], metrics=metrics)._used()
        self.assertEqual(used, {"a": (0.01, 1), "b": (0.01, 5)})

    def test_what_is_not_requested_is_too_much(self):
        self.assertIn("todo-be 10m of 70m, 10Mi of 56Mi", self.checks([use("todo-be", 0.01, 10 << 20)]).compared())
        for cpu, memory in ((0.5, 1), (0.01, 1 << 40)):
            with self.assertRaisesRegex(Failure, "more than requested: todo-be"):
                self.checks([use("todo-be", cpu, memory)]).compared()

    def test_what_is_stopped_is_gone_not_only_told_to_go(self):
        checks = self.checks([])
        checks.cluster.run = mock.Mock()
        checks.stop("broadcaster")
        scale, wait = (call.args[1:] for call in checks.cluster.run.mock_calls)
        self.assertEqual(scale, ("scale", "deployment/broadcaster", "--replicas=0"))
        self.assertEqual(wait[:3], ("wait", "pod", "--for=delete"))
        self.assertIn("--selector=app.kubernetes.io/name=broadcaster", wait)

    def test_a_node_is_gone_when_the_control_plane_says_so(self):
        self.checks([], ready=())._is_gone("node-1")
        self.assertRaisesRegex(Failure, "is ready", self.checks([])._is_gone, "node-1")


class Choice(unittest.TestCase):
    def test_real_nodes_are_not_among_the_checks_that_run_unnamed_and_need_no_kwok(self):
        self.assertNotIn("nodes", main.options([]).checks)
        self.assertEqual(main.options(["nodes"]).checks, ["nodes"])
        self.assertNotIn("kwok", main.needed_programs(["nodes"]))
        self.assertIn("kwok", main.needed_programs(["nodes", "drain"]))


def use(name, cpu, memory):
    container = {"name": name, "cpu": {"usageNanoCores": cpu * 1e9}, "memory": {"workingSetBytes": memory}}
    return {"podRef": {"namespace": "project", "name": "pod"}, "containers": [container]}


def condition(ready):
    return [{"type": "Ready", "status": "True" if ready else "Unknown"}]


if __name__ == "__main__":
    unittest.main()
