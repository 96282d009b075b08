"""Validation is strict: what Kubernetes would drop or refuse is refused here, for built-in kinds and for custom
resources."""

import copy
import pathlib
import tempfile
import unittest

from policy import render, schema
from policy.objects import dig

from .overlays import build, get


class Strict(unittest.TestCase):
    def refused(self, o, path, **fields):
        """`o` with `fields` added at `path` is refused, and the last field is named."""
        broken = copy.deepcopy(o)
        dig(broken, *path).update(fields)
        found = schema.problems([broken])
        self.assertTrue(any(list(fields)[-1] in text for text in found), found)

    def test_an_unknown_field_of_a_built_in_kind(self):
        deployment = get(build("production"), "Deployment", "todo-be")
        self.refused(deployment, ("spec",), replica=1)
        self.refused(deployment, ("metadata",), lables={})
        self.refused(deployment, ("spec", "template", "spec"), terminationGracePeriod=1)
        self.refused(deployment, ("spec", "strategy", "rollingUpdate"), maxUnavailabel=0)

    def test_an_unknown_field_deep_in_a_list(self):
        deployment = copy.deepcopy(get(build("production"), "Deployment", "todo-be"))
        deployment["spec"]["template"]["spec"]["containers"][0]["resources"] = {"request": {"cpu": "1"}}
        found = schema.problems([deployment])
        self.assertEqual(
            found, ["Deployment todo-be: /spec/template/spec/containers/0/resources/request: unknown field"]
        )

    def test_a_value_of_the_wrong_type(self):
        self.refused(get(build("production"), "StatefulSet", "nats"), ("spec",), replicas="three")

    def test_an_unknown_field_of_a_custom_resource(self):
        route = get(build("production"), "HTTPRoute", "todo-app-route")
        self.refused(route, ("spec",), hostname="x")
        application = get(render.build("cluster-manifests"), "Application", "tidings-production")
        self.refused(application, ("spec", "syncPolicy"), automatic={})
        features = get(render.build("cluster-manifests"), "ApplicationSet", "tidings-features")
        self.refused(features, ("spec", "template", "spec"), projekt="x")

    def test_an_unknown_field_of_the_schema_by_hand(self):
        vault = get(build("staging"), "SecretProviderClass", "tidings-vault")
        self.assertEqual(schema.problems([vault]), [])
        self.refused(vault, ("spec",), parameter={})
        self.refused(vault, ("metadata",), lables={})

    def test_an_unknown_kind_or_version(self):
        for version, kind in (
            ("apps/v1", "Deploymint"),
            ("apps/v9", "Deployment"),
            ("widgets.example/v1", "Widget"),
            ("../v1", "Pod"),
        ):
            found = schema.problems([{"apiVersion": version, "kind": kind, "metadata": {"name": "x"}}])
            self.assertEqual(found, [f"{kind} x: no schema for {version} {kind}"])

    def test_a_missing_field(self):
        route = copy.deepcopy(get(build("production"), "HTTPRoute", "todo-app-route"))
        del route["spec"]["rules"][0]["backendRefs"][0]["name"]
        self.assertIn("wrong required (name)", "; ".join(schema.problems([route])))


class Kustomize(unittest.TestCase):
    def build(self, text):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "kustomization.yaml").write_text(text, encoding="utf-8")
            return render.run(folder)

    def test_a_deprecated_field_is_a_failure(self):
        with self.assertRaisesRegex(render.Failed, "commonLabels.*deprecated"):
            self.build("commonLabels: {a: b}\nconfigMapGenerator: [{name: x, literals: [a=b]}]\n")

    def test_an_unknown_field_is_a_failure(self):
        with self.assertRaises(render.Failed):
            self.build("resource: [x.yaml]\n")


if __name__ == "__main__":
    unittest.main()
