"""Rules for docker/compose.yaml beyond the schema. problems(document) lists each violation."""

import re

import compose_logins
from compose_logins import secrets_of

# Third-party images that run as root: the owner of their volume. Without capabilities root is just another user.
ROOT_ALLOWED = {"nats"}
OURS = "${IMAGE_PREFIX:-tidings}/"
SECRET = re.compile(r"PASSWORD|TOKEN|SECRET")


def image_problems(name, service):
    image = service.get("image", "")
    tag = image.partition("@")[0].partition(":")[2]
    if image.startswith(OURS):
        expected = {"context": "..", "dockerfile": "docker/services.Dockerfile", "target": name}
        if name == "todo-fe":
            expected = {"context": "..", "dockerfile": "docker/todo-fe.Dockerfile"}
        return [] if service.get("build") == expected else [f"{name}: build is {expected}"]
    return [] if re.match(r"\d+\.\d+", tag) else [f"{name}: image {image} has no version"]


def hardening_problems(name, service):
    wrong = []
    if service.get("read_only") is not True:
        wrong.append(f"{name}: read_only is missing")
    if service.get("cap_drop") != ["ALL"] or "cap_add" in service or service.get("privileged"):
        wrong.append(f"{name}: every capability is dropped, none added")
    if "no-new-privileges:true" not in service.get("security_opt", []):
        wrong.append(f"{name}: no-new-privileges is missing")
    if not re.match(r"[1-9]\d*:[1-9]", service.get("user", "")) and name not in ROOT_ALLOWED:
        wrong.append(f"{name}: runs as root")
    for port in service.get("ports", []):
        if not port.startswith("127.0.0.1:"):
            wrong.append(f"{name}: port {port} is published beyond loopback")
    return wrong


def secret_problems(name, service, secrets):
    wrong = []
    for variable, value in service.get("environment", {}).items():
        if SECRET.search(variable) and not variable.endswith("_FILE"):
            wrong.append(f"{name}: {variable} is a secret: read it from a file, {variable}_FILE")
        elif variable.endswith("_FILE") and value not in secrets_of(service):
            wrong.append(f"{name}: {variable} is {value}, which is not mounted")
    return wrong + [f"{name}: there is no secret {s}" for s in secrets_of(service).values() if s not in secrets]


def dependency_problems(name, service, services):
    wrong = []
    for other, how in service.get("depends_on", {}).items():
        if other not in services:
            wrong.append(f"{name}: depends on {other}, which is not there")
        elif how["condition"] == "service_healthy" and "healthcheck" not in services[other]:
            wrong.append(f"{name}: waits for the health of {other}, which has no healthcheck")
    return wrong


def volume_problems(name, service, volumes):
    named = [v.split(":")[0] for v in service.get("volumes", [])]
    return [f"{name}: volume {v} is not a named one" for v in named if v not in volumes]


def problems(document, read):
    """`read` gives the text of a config."""
    services = document["services"]
    wrong = compose_logins.problems(document, read)
    for name, service in services.items():
        wrong += image_problems(name, service) + hardening_problems(name, service)
        wrong += secret_problems(name, service, document.get("secrets", {}))
        wrong += dependency_problems(name, service, services) + volume_problems(
            name, service, document.get("volumes", {})
        )
    return wrong
