"""What is read from an Application of Argo CD."""


def phase(application):
    return application.get("status", {}).get("operationState", {}).get("phase", "not begun")


def failed(application):
    """Why a sync of it has failed; empty while none has. One that is tried again has failed."""
    operation = application.get("status", {}).get("operationState", {})
    if operation.get("phase") not in ("Failed", "Error") and not operation.get("retryCount"):
        return []
    results = operation.get("syncResult", {}).get("resources", [])
    wrong = [r for r in results if r.get("status") == "SyncFailed" or r.get("hookPhase") in ("Failed", "Error")]
    parts = [f"{r['kind']} {r['name']}: {r.get('message', '')}" for r in wrong]
    return ["; ".join([f"sync {operation['phase']}: {operation.get('message', '')}", *parts])]


def left(application, commit=None):
    """What is not in order; empty when it is Synced and Healthy, at `commit` if one is given."""
    status = application.get("status", {})
    sync, health = (status.get(part, {}).get("status", "unknown") for part in ("sync", "health"))
    at = status.get("sync", {}).get("revision", "nothing")
    if (sync, health, phase(application)) == ("Synced", "Healthy", "Succeeded") and commit in (None, at):
        return []
    resources = [
        f"{r['kind']} {r['name']} {r.get('status', '')} {r.get('health', {}).get('status', '')}".strip()
        for r in status.get("resources", [])
        if r.get("status") == "OutOfSync" or r.get("health", {}).get("status", "Healthy") != "Healthy"
    ]
    said = [c["message"] for c in status.get("conditions", [])]
    where = f" at {at[:12]} instead of {commit[:12]}" if commit not in (None, at) else ""
    return ["; ".join([f"{sync}{where}, {health}, sync {phase(application)}", *resources[:8], *said[:3]])]
