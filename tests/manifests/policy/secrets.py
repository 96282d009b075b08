"""Where secrets must not be."""

import re

import yaml

from .objects import dig, kind, pods, title

SECRET = re.compile(r"(PASSWORD|TOKEN|SECRET|CREDENTIALS|DATABASE_URL|WEBHOOK_URL)$")
# Not where the password is another variable's.
LOGIN_IN_URL = re.compile(r"://[^/\s:@]*:(?!\$\(\w+\)@)[^/\s@]+@")


def not_written_down(objects):
    """No value of a secret in the environment of a container or in a ConfigMap, not even in a URL."""
    for pod in pods(objects):
        for c in pod.containers():
            for e in c.get("env", []):
                if e.get("value") and (SECRET.search(e["name"]) or LOGIN_IN_URL.search(e["value"])):
                    yield f"{pod.name}, container {c['name']}: {e['name']} is a secret in plain sight"
    for o in kind(objects, "ConfigMap"):
        for key, value in o.get("data", {}).items():
            if (SECRET.search(key) and value) or LOGIN_IN_URL.search(value):
                yield f"{title(o)}: {key} is a secret in plain sight"


def endpoints_name_files(objects):
    """The broadcaster's file lies in Git and in a ConfigMap: an endpoint's keys are named there (secret_files), in a
    folder that the broadcaster mounts from a Secret."""
    mounted = [
        m["mountPath"]
        for pod in pods(objects)
        for v in pod.spec.get("volumes", [])
        if "secret" in v
        for c in pod.containers()
        for m in c.get("volumeMounts", [])
        if m["name"] == v["name"] and "--config" in c.get("args", [])
    ]
    for o in kind(objects, "ConfigMap"):
        for key, value in o.get("data", {}).items():
            endpoints = _endpoints(value) if key == "config.yaml" else []
            for e in endpoints:
                if e.get("secrets") or e.get("secret"):
                    yield f"{title(o)}: endpoint {e.get('name')} has its key in plain sight: secret_files"
                for file in e.get("secret_files", []):
                    if file.rpartition("/")[0] not in mounted:
                        yield f"{title(o)}: endpoint {e.get('name')} reads {file}, which comes from no Secret"


def _endpoints(text):
    return (yaml.safe_load(text) or {}).get("endpoints") or []


def read_from_files(objects):
    """Our services read secrets from files (NAME_FILE). Only optional ones are in the environment."""
    for pod in pods(objects):
        for c in pod.containers():
            if not c["image"].startswith("tidings/"):
                continue
            for e in c.get("env", []):
                ref = dig(e, "valueFrom", "secretKeyRef")
                if ref and not ref.get("optional"):
                    yield f"{pod.name}, container {c['name']}: {e['name']} must come from a file ({e['name']}_FILE)"
            if any("secretRef" in f for f in c.get("envFrom", [])):
                yield f"{pod.name}, container {c['name']} takes a whole Secret into its environment"


def mounted_for_its_group_only(objects):
    """A mounted Secret belongs to root and the pod's fsGroup: 0440, and a group, or the program cannot read it
    either."""
    for pod in pods(objects):
        for v in pod.spec.get("volumes", []):
            if "secret" not in v:
                continue
            if v["secret"].get("defaultMode") != 0o440:
                yield f"{pod.name}, volume {v['name']} needs defaultMode 0440"
            if not dig(pod.spec, "securityContext", "fsGroup"):
                yield f"{pod.name} mounts a Secret and needs securityContext.fsGroup"


RULES = [not_written_down, endpoints_name_files, read_from_files, mounted_for_its_group_only]
