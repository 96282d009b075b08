"""What may reach what, as the network policies have it, and pods that try it."""

FLOW_TIMEOUT = 5  # s
WAIT = "10"  # s: policies reach a pod's node a moment after the pod does
# From pods with a program's label, to where: whether it may.
FLOWS = (
    ("stranger", "postgres", 5432, False),
    ("stranger", "nats", 4222, False),
    ("stranger", "todo-app-be-svc", 2506, False),
    ("stranger", "broadcaster-svc", 8002, False),
    ("broadcaster", "postgres", 5432, False),
    ("broadcaster", "nats", 4222, True),
    ("broadcaster", "receiver", 8088, True),
    ("broadcaster", "todo-app-be-svc", 2506, False),
    ("todo-be", "postgres", 5432, True),
    ("todo-be", "receiver", 8088, False),
    ("todo-be", "broadcaster-svc", 8002, False),
    ("todo-fe", "todo-app-be-svc", 2506, True),
    ("todo-fe", "broadcaster-svc", 8002, True),
    ("todo-fe", "nats", 4222, False),
    ("todo-cron", "todo-app-be-svc", 2506, True),
    ("todo-cron", "postgres", 5432, False),
    ("backup-postgres", "postgres", 5432, True),
    ("backup-jetstream", "nats", 4222, True),
    ("backup-jetstream", "postgres", 5432, False),
)


def flow_pods(namespace, image, flows=FLOWS):
    """A pod with each program's label, which tries all its flows at the same time, a container for each. Never ready:
    Services would lead to it."""
    for of in dict.fromkeys(flow[0] for flow in flows):
        targets = [(host, port) for its, host, port, _ in flows if its == of]
        yield _pod(namespace, image, of, targets)


def _pod(namespace, image, of, targets):
    security = {"runAsNonRoot": True, "runAsUser": 1001, "seccompProfile": {"type": "RuntimeDefault"}}
    probe = {"readinessProbe": {"exec": {"command": ["false"]}}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"flow-{of}", "namespace": namespace, "labels": {"app.kubernetes.io/name": of}},
        "spec": {
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "securityContext": security,
            "initContainers": [_container("wait", image, ["sleep", WAIT])],
            "containers": [
                _container(name_of(*target), image, ["nc", "-z", "-w", str(FLOW_TIMEOUT), *map(str, target)]) | probe
                for target in targets
            ],
        },
    }


def name_of(host, port):
    """Of the container that tries it."""
    return f"{host}-{port}"


def _container(name, image, command):
    return {
        "name": name,
        "image": image,
        "command": command,
        "resources": {of: {"cpu": "10m", "memory": "16Mi"} for of in ("requests", "limits")},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
    }
