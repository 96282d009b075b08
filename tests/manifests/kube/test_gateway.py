"""Gateways with TLS (cluster-manifests/gateway): every route finds its listener, and a certificate of its hosts."""

import copy
import fnmatch
import unittest

from policy import problems, render, schema
from policy.objects import kind, matches

from .overlays import build, get

# Development is on one's own machine.
PUBLIC = ("feature", "staging", "production")


def rendered():
    return render.build("cluster-manifests/gateway")


def hosts_of(objects, listener):
    """What its certificates are for; of a listener without any, everything."""
    if "tls" not in listener:
        return ["*"]
    names = {ref["name"] for ref in listener["tls"]["certificateRefs"]}
    return [n for o in kind(objects, "Certificate") if o["spec"]["secretName"] in names for n in o["spec"]["dnsNames"]]


def covers(pattern, host):
    """A wildcard is for one label."""
    return fnmatch.fnmatch(host, pattern) and (pattern == "*" or pattern.count(".") == host.count("."))


def unserved(objects, environment):
    """Messages about routes that no listener takes, or whose hosts no certificate has."""
    labels = kind(environment, "Namespace")[0]["metadata"]["labels"]
    for route in kind(environment, "HTTPRoute"):
        for ref in route["spec"]["parentRefs"]:
            name = f"{route['metadata']['name']} at {ref['name']}/{ref['sectionName']}"
            gateway = next((o for o in kind(objects, "Gateway") if o["metadata"]["name"] == ref["name"]), None)
            found = (
                [listener for listener in gateway["spec"]["listeners"] if listener["name"] == ref["sectionName"]]
                if gateway
                else []
            )
            if not found or gateway["metadata"]["namespace"] != ref["namespace"]:
                yield f"{name}: there is no such listener"
                continue
            if not matches(found[0]["allowedRoutes"]["namespaces"]["selector"], labels):
                yield f"{name}: the listener takes no routes of this namespace"
            for host in route["spec"]["hostnames"]:
                if not any(covers(p, host) for p in hosts_of(objects, found[0])):
                    yield f"{name}: no certificate is for {host}"


class Gateways(unittest.TestCase):
    def test_are_valid(self):
        self.assertEqual(problems(rendered()), [])
        self.assertEqual(schema.problems(rendered()), [])

    def test_serve_every_route(self):
        for overlay in PUBLIC:
            self.assertTrue(kind(build(overlay), "HTTPRoute"))
            self.assertEqual(list(unserved(rendered(), build(overlay))), [], overlay)

    def test_what_they_would_not_serve_is_noticed(self):
        for overlay, change, words in (
            (
                "feature",
                lambda o: get(o, "Certificate", "tidings-dev-tls")["spec"].update(dnsNames=["*.tidings.example"]),
                "no certificate",
            ),
            ("production", lambda o: get(o, "Gateway", "tidings")["spec"]["listeners"].pop(), "no such listener"),
            ("staging", lambda o: o.remove(get(o, "Gateway", "tidings-dev")), "no such listener"),
            (
                "production",
                lambda o: get(o, "Gateway", "tidings")["spec"]["listeners"][1].update(
                    get(o, "Gateway", "tidings-dev")["spec"]["listeners"][1]
                ),
                "takes no routes",
            ),
        ):
            objects = copy.deepcopy(rendered())
            change(objects)
            self.assertIn(words, "; ".join(unserved(objects, build(overlay))), overlay)

    def test_only_https_has_certificates_and_port_443(self):
        for gateway in kind(rendered(), "Gateway"):
            found = {
                listener["name"]: (listener["port"], listener["protocol"], "tls" in listener)
                for listener in gateway["spec"]["listeners"]
            }
            self.assertEqual(found, {"http": (80, "HTTP", False), "https": (443, "HTTPS", True)})

    def test_every_certificate_has_its_issuer_and_is_shown(self):
        objects = rendered()
        issuers = {o["metadata"]["name"] for o in kind(objects, "ClusterIssuer")}
        shown = {
            r["name"]
            for g in kind(objects, "Gateway")
            for listener in g["spec"]["listeners"]
            for r in listener.get("tls", {}).get("certificateRefs", [])
        }
        self.assertEqual({o["spec"]["secretName"] for o in kind(objects, "Certificate")}, shown)
        self.assertLessEqual({o["spec"]["issuerRef"]["name"] for o in kind(objects, "Certificate")}, issuers)


if __name__ == "__main__":
    unittest.main()
