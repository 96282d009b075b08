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


def flow_pod(name, namespace, image, of, host, port):
    """With a program's label; never ready, or Services would lead to it."""
    container = {
        "name": "flow",
        "image": image,
        "command": ["nc", "-z", "-w", str(FLOW_TIMEOUT), host, str(port)],
        "readinessProbe": {"exec": {"command": ["false"]}},
        "resources": {of_: {"cpu": "10m", "memory": "16Mi"} for of_ in ("requests", "limits")},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
    }
    before = {k: v for k, v in container.items() if k != "readinessProbe"} | {
        "name": "wait",
        "command": ["sleep", WAIT],
    }
    security = {"runAsNonRoot": True, "runAsUser": 1001, "seccompProfile": {"type": "RuntimeDefault"}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app.kubernetes.io/name": of}},
        "spec": {
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "securityContext": security,
            "initContainers": [before],
            "containers": [container],
        },
    }
