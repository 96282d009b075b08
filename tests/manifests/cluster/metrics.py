"""A stand-in for metrics-server and prometheus-adapter: the API server asks it for what HPAs want to know.

What a pod uses is a part of what it requests, as a check says. The arithmetic of Prometheus is not tested here
(parts/metrics_test), nor is what pods really use.
"""

import http.server
import json
import ssl
import subprocess
import threading
import time
import urllib.parse

from policy.objects import dig, quantity
from private_servers.ports import free_port

from .waiting import wait_until

USED = 0.1  # of what is requested, where a check says nothing
GROUPS = ("metrics.k8s.io", "external.metrics.k8s.io")


class Metrics:
    """with Metrics(CLUSTER) as m: m.used[APP, "cpu"] = 0.9; m.external[NAME] = 90."""

    def __init__(self, cluster):
        self.api, self.used, self.external = cluster.api, {}, {}
        key, certificate = cluster.folder / "metrics.key", cluster.folder / "metrics.crt"
        request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2"]
        subprocess.run([*request, "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=60)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), _handler(self))
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=[0.1], daemon=True).start()
        for o in registration(self._server.server_port):
            self.api.apply(o)
        wait_until(lambda: all(map(self._is_served, GROUPS)), "the stand-in for metrics being served", 60)
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def _is_served(self, group):
        conditions = self.api.get(service_of(group, 0)).get("status", {}).get("conditions", [])
        return any(c["type"] == "Available" and c["status"] == "True" for c in conditions)

    def answer(self, path, query):
        """An object; None when there is no such thing."""
        match path.strip("/").split("/"):
            case ["apis", group, "v1beta1"]:
                return resources(group, self.external)
            case ["apis", "metrics.k8s.io", "v1beta1", "namespaces", namespace, "pods"]:
                return self._of_pods(self.api.list("v1", "Pod", namespace, labelSelector=query.get("labelSelector")))
            case ["apis", "external.metrics.k8s.io", "v1beta1", "namespaces", _, name] if name in self.external:
                return external(name, self.external[name])
        return None

    def _of_pods(self, pods):
        items = [usage(pod, self.used) for pod in pods if dig(pod, "status", "phase") == "Running"]
        return {"kind": "PodMetricsList", "apiVersion": "metrics.k8s.io/v1beta1", "metadata": {}, "items": items}


def _handler(metrics):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            where = urllib.parse.urlparse(self.path)
            found = metrics.answer(where.path, dict(urllib.parse.parse_qsl(where.query)))
            nothing = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
            body = json.dumps(found or nothing).encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


def registration(port):
    yield {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "metrics", "namespace": "monitoring"},
        "spec": {"type": "ExternalName", "externalName": "localhost"},
    }
    for group in GROUPS:
        yield service_of(group, port)


def service_of(group, port):
    spec = {"group": group, "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100}
    spec |= {"service": {"name": "metrics", "namespace": "monitoring", "port": port}, "insecureSkipTLSVerify": True}
    name = {"name": f"v1beta1.{group}"}
    return {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": name, "spec": spec}


def resources(group, names):
    found = {"pods": "PodMetrics"} if group == GROUPS[0] else {n: "ExternalMetricValueList" for n in names}
    verbs = {"singularName": "", "namespaced": True, "verbs": ["get", "list"]}
    served = [{"name": name, "kind": kind, **verbs} for name, kind in found.items()]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": f"{group}/v1beta1", "resources": served}


def usage(pod, used):
    """`used`: {(value of app.kubernetes.io/name, "cpu"): part of what is requested}."""
    about = pod["metadata"]

    def of(container, what):
        asked = quantity(dig(container, "resources", "requests", what, default="0"))
        part = used.get((about["labels"].get("app.kubernetes.io/name"), what), USED)
        return f"{int(float(asked) * part * 1000)}m"

    containers = [
        {"name": c["name"], "usage": {w: of(c, w) for w in ("cpu", "memory")}} for c in pod["spec"]["containers"]
    ]
    named = {k: about[k] for k in ("name", "namespace", "labels")}
    return {"metadata": named, "timestamp": now(), "window": "1s", "containers": containers}


def external(name, value):
    item = {"metricName": name, "metricLabels": {}, "timestamp": now(), "value": str(value)}
    kind = {"kind": "ExternalMetricValueList", "apiVersion": "external.metrics.k8s.io/v1beta1"}
    return {**kind, "metadata": {}, "items": [item]}


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
