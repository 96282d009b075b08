"""Who logs in to what, as whom."""

import re

from .objects import dig, kind, pods, title
from .references import SEALED

BUS = "NATS_URL"
CONFIGURED = re.compile(r"(?m)^\s*jetstream\s*\{")
LOGIN = "authorization"


def refers_to_what_is_before(objects):
    """$(NAME) in a variable is put in only where NAME is a variable before it; else it stays as it is written."""
    for pod in pods(objects):
        for c in pod.containers():
            before = set()
            for e in c.get("env", []):
                for name in re.findall(r"(?<!\$)\$\((\w+)\)", e.get("value") or ""):
                    if name not in before:
                        yield f"{pod.name}, container {c['name']}: {e['name']} names $({name}), which is not before it"
                before.add(e["name"])


def _settings(objects):
    return {o["metadata"]["name"]: o.get("data", {}) for o in kind(objects, "ConfigMap")}


def _speaks_to_the_bus(container, maps):
    """Settings are shared: who has NATS_URL from there and only migrates does not use it."""
    if "--migrate-only" in container.get("args", []):
        return False
    given = {e["name"]: e.get("value") or "" for e in container.get("env", [])}
    for source in container.get("envFrom", []):
        given = maps.get(dig(source, "configMapRef", "name"), {}) | given
    return BUS in given and "//127.0.0.1:" not in given[BUS]


def each_logs_in_to_the_bus(objects):
    """Whatever speaks to NATS has a user and a password there; no two programs have the same."""
    maps, whose = _settings(objects), {}
    for pod in pods(objects):
        for c in pod.containers():
            if not _speaks_to_the_bus(c, maps):
                continue
            env = {e["name"]: e for e in c.get("env", [])}
            if "NATS_USER" not in env or not {"NATS_PASSWORD", "NATS_PASSWORD_FILE"} & set(env):
                yield f"{pod.name}, container {c['name']} speaks to NATS and needs NATS_USER and NATS_PASSWORD_FILE"
                continue
            user, image = env["NATS_USER"].get("value"), c["image"].partition(":")[0]
            if whose.setdefault(user, image) != image:
                yield f"{pod.name}, container {c['name']}: NATS' user {user} is another program's"


def the_bus_asks_for_a_login(objects):
    """NATS lets nobody in who has no login, and no other server either."""
    for o in kind(objects, "ConfigMap"):
        for name, text in o.get("data", {}).items():
            if not CONFIGURED.search(text):
                continue
            included = "".join(o["data"].get(file, "") for file in re.findall(r"(?m)^include (\S+)$", text))
            cluster = re.search(r"(?ms)^cluster \{.*?^\}", text)
            own = text.replace(cluster[0], "") if cluster else text
            if LOGIN not in own + included:
                yield f"{title(o)}: {name} has no users"
            if "no_auth_user" in text + included:
                yield f"{title(o)}: {name} lets in who has no login (no_auth_user)"
            if cluster and LOGIN not in cluster[0]:
                yield f"{title(o)}: {name} lets in any server (cluster without {LOGIN})"


def _keys(objects):
    """Of each Secret, also of one that is yet to be unsealed."""
    for o in kind(objects, "Secret", *SEALED):
        if o["kind"] == "SopsSecret":
            for made in o["spec"]["secretTemplates"]:
                yield made["name"], set(made.get("stringData", {}))
        else:
            spec = o.get("stringData") or dig(o, "spec", "encryptedData", default={})
            yield o["metadata"]["name"], set(spec)


def each_is_shown_its_own_key(objects):
    """Of a Secret with keys for several programs, each names what it mounts (items)."""
    keys, users = dict(_keys(objects)), {}
    for pod in pods(objects):
        for v in pod.spec.get("volumes", []):
            users.setdefault(dig(v, "secret", "secretName"), []).append((pod, v))
    for name, found in users.items():
        if len(keys.get(name, ())) > 1 and len({pod.labels.get("app.kubernetes.io/name") for pod, _ in found}) > 1:
            for pod, v in found:
                if not v["secret"].get("items"):
                    yield f"{pod.name} mounts all keys of Secret {name}, which has some for others"


def superusers_stay_at_home(objects):
    """A superuser's password is shown to its own server only."""
    for pod in pods(objects):
        if pod.owner["kind"] == "StatefulSet":
            continue
        shown = [i["key"] for v in pod.spec.get("volumes", []) for i in dig(v, "secret", "items", default=[])]
        shown += [
            dig(e, "valueFrom", "secretKeyRef", "key", default="") for c in pod.containers() for e in c.get("env", [])
        ]
        for key in shown:
            if key.startswith(("SUPERUSER", "OPERATOR")):
                yield f"{pod.name} is shown {key}"


RULES = [
    refers_to_what_is_before,
    each_logs_in_to_the_bus,
    the_bus_asks_for_a_login,
    each_is_shown_its_own_key,
    superusers_stay_at_home,
]
