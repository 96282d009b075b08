"""The API server over HTTP: objects as dicts. It validates strictly; what it warns of is kept."""

import dataclasses
import http.client
import json
import ssl
import threading
import time
import urllib.parse

LIMIT = 90  # s of one request, and of trying it again


class Refused(Exception):
    """The server's answer is an error: status, and its sentence."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


@dataclasses.dataclass
class Answer:
    object: dict
    warnings: list


class Api:
    """Threads may share it. `user`: whom to act as, instead of the administrator."""

    def __init__(self, url, token, certificate, user=None):
        self._address, self._own = url.removeprefix("https://").split(":"), threading.local()
        self._context = ssl.create_default_context(cafile=str(certificate))
        self._context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # which the certificate that the server makes would fail
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._headers |= {"Impersonate-User": user} if user else {}
        self._lock, self._resources = threading.Lock(), {}

    def call(self, method, path, body=None, sort="application/json", **query):
        query = urllib.parse.urlencode({k: v for k, v in query.items() if v is not None})
        content = None if body is None else json.dumps(body).encode()
        where = f"{path}{'?' if query else ''}{query}"
        until = time.monotonic() + LIMIT
        while True:
            try:
                response, text = self._send(method, where, content, {"Content-Type": sort})
                break
            except (OSError, http.client.HTTPException):
                # What may be done twice is tried again: the server may have closed the connection, or is stopped.
                if method == "POST" or time.monotonic() > until:
                    raise
        if response.status >= 400:
            raise Refused(response.status, message(text))
        return Answer(json.loads(text) if text[:1] == b"{" else {}, warnings(response.headers))

    def _send(self, method, where, content, headers):
        """On this thread's connection; on a new one where a second request would do harm."""
        kept = getattr(self._own, "connection", None)
        if not kept or method == "POST":
            kept = http.client.HTTPSConnection(*self._address, timeout=LIMIT, context=self._context)
        self._own.connection = None
        kept.request(method, where, content, self._headers | headers)
        response = kept.getresponse()
        text = response.read()
        self._own.connection = kept
        return response, text

    def list(self, version, kind, namespace=None, **query):
        return self.call("GET", self._place(version, kind, namespace), **query).object["items"]

    def get(self, o):
        """As it is now; None when there is none."""
        try:
            return self.call("GET", self.path(o)).object
        except Refused as wrong:
            if wrong.status == 404:
                return None
            raise

    def apply(self, o, manager="cluster-test"):
        """Server-side, in spite of other managers; as Argo CD does it."""
        sort = "application/apply-patch+yaml"
        query = {"fieldManager": manager, "force": "true", "fieldValidation": "Strict"}
        return self.call("PATCH", self.path(o), o, sort, **query)

    def create(self, o):
        place = self._place(o["apiVersion"], o["kind"], o["metadata"].get("namespace"))
        return self.call("POST", place, o, fieldValidation="Strict")

    def merge(self, o, changes, subresource=None):
        path = self.path(o) + (f"/{subresource}" if subresource else "")
        return self.call("PATCH", path, changes, "application/merge-patch+json")

    def delete(self, o, propagation="Background"):
        """False when there is none."""
        try:
            self.call("DELETE", self.path(o), propagationPolicy=propagation)
        except Refused as wrong:
            if wrong.status == 404:
                return False
            raise
        return True

    def path(self, o):
        about = o["metadata"]
        return f"{self._place(o['apiVersion'], o['kind'], about.get('namespace'))}/{about['name']}"

    def is_namespaced(self, o):
        return self._resource(o["apiVersion"], o["kind"])["namespaced"]

    def _place(self, version, kind, namespace):
        resource = self._resource(version, kind)
        within = f"/namespaces/{namespace}" if namespace and resource["namespaced"] else ""
        return f"{base(version)}{within}/{resource['name']}"

    def _resource(self, version, kind):
        with self._lock:
            if (version, kind) not in self._resources:
                served = self.call("GET", base(version)).object["resources"]
                self._resources |= {(version, r["kind"]): r for r in served if "/" not in r["name"]}
            if (version, kind) not in self._resources:
                raise Refused(404, f"the server knows no {kind} of {version}")
            return self._resources[version, kind]


def base(version):
    return f"/apis/{version}" if "/" in version else f"/api/{version}"


def warnings(headers):
    """The texts of Warning headers (RFC 7234, 5.5): 299 - "text"."""
    return [h.partition('"')[2].rpartition('"')[0].replace('\\"', '"') for h in headers.get_all("Warning", [])]


def message(body):
    try:
        return json.loads(body)["message"]
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")[:500]
