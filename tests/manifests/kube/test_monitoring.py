"""What alerts and the environments must agree on."""

import copy
import re
import unittest

import yaml
from policy import quota
from policy.objects import kind, quantity

from .overlays import OVERLAYS, build, config

AZURE = ("azure-feature", "azure-production")


def rules(objects):
    return [r for o in kind(objects, "PrometheusRule") for g in o["spec"]["groups"] for r in g["rules"]]


def threshold(alert):
    found = next(r for r in rules(build("production")) if r.get("alert") == alert)
    return float(re.search(r"> ([\d.]+)$", found["expr"])[1])


def full_at_rest(objects, limit):
    """What is above `limit` of the quota while every autoscaler is at its minimum; a rollout and all Jobs included."""
    calm = copy.deepcopy(objects)
    for o in kind(calm, "HorizontalPodAutoscaler"):
        o["spec"]["maxReplicas"] = o["spec"]["minReplicas"]
    used = quota.at_most(calm)
    for o in kind(calm, "ResourceQuota"):
        yield from (name for name, allowed in o["spec"]["hard"].items() if used[name] / quantity(allowed) > limit)


class Quotas(unittest.TestCase):
    def test_no_environment_is_nearly_full_at_rest(self):
        for overlay in OVERLAYS:
            self.assertEqual(list(full_at_rest(build(overlay), threshold("QuotaNearlyFull"))), [], overlay)

    def test_one_that_is_would_be_noticed(self):
        objects = copy.deepcopy(build("production"))
        kind(objects, "ResourceQuota")[0]["spec"]["hard"]["pods"] = "21"
        self.assertEqual(list(full_at_rest(objects, threshold("QuotaNearlyFull"))), ["pods"])


def attached(scraping):
    """Labels that the first job of a scrape configuration gives to every sample."""
    jobs = yaml.safe_load(scraping)["scrape_configs"]
    return {c["target_label"] for c in jobs[0]["relabel_configs"] if "target_label" in c}


def kept(settings, target):
    """The pattern of what the managed agent keeps of one of its own targets."""
    return re.compile(re.search(rf'(?m)^{target} = "(.+)"$', settings)[1])


class Azure(unittest.TestCase):
    """There the rules are Azure's own resources (tools/azure-rules), on what the managed agent scrapes."""

    def test_samples_have_the_labels_that_the_rules_ask_for(self):
        asked = {
            label
            for r in rules(build("production"))
            for words in re.findall(r"\b(?:by|on) \(([^)]*)\)", r["expr"])
            for label in re.split(r",\s*", words)
        }
        of_prometheus = asked & {"namespace", "pod", "job"}
        self.assertEqual(of_prometheus, {"namespace", "pod", "job"})
        for overlay in AZURE:
            scraping = config(build(overlay), "ama-metrics-prometheus-config", "prometheus-config")
            self.assertLessEqual(of_prometheus, attached(scraping), overlay)
            self.assertNotIn("job", attached(scraping.replace("target_label: job", "target_label: service")))

    def test_the_agent_keeps_what_the_rules_ask_for(self):
        words = {w for r in rules(build("production")) for w in re.findall(r"\b(?:kube|kubelet)_\w+", r["expr"])}
        self.assertGreater(len(words), 10)
        for overlay in AZURE:
            settings = config(build(overlay), "ama-metrics-settings-configmap", "default-targets-metrics-keep-list")
            targets = {"kube_": kept(settings, "kubestate"), "kubelet_": kept(settings, "kubelet")}
            dropped = {w for w in words if not targets[re.match("kube(let)?_", w)[0]].fullmatch(w)}
            self.assertEqual(dropped, set(), overlay)
            self.assertIsNone(targets["kube_"].fullmatch("kube_node_info"))


if __name__ == "__main__":
    unittest.main()
