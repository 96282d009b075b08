"""The Pod Security Standard "restricted", Kubernetes 1.32, field by field, and a read-only root beside it."""

from .objects import dig, kind, pods

VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
SYSCTLS = {
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
}
SELINUX_TYPES = {None, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}


def _containers(objects):
    for pod in pods(objects):
        for c in pod.containers():
            yield pod, c, f"{pod.name}, container {c['name']}"


def _effective(pod, container, *path):
    value = dig(container, "securityContext", *path)
    return dig(pod.spec, "securityContext", *path) if value is None else value


def nothing_of_the_host(objects):
    """No namespace, path, port or process of the node's."""
    for pod in pods(objects):
        for field in ("hostNetwork", "hostPID", "hostIPC"):
            if pod.spec.get(field):
                yield f"{pod.name} sets {field}"
        if dig(pod.spec, "securityContext", "windowsOptions", "hostProcess"):
            yield f"{pod.name} is a host process"
    for _, c, where in _containers(objects):
        if any(p.get("hostPort") for p in c.get("ports", [])):
            yield f"{where} takes a port of the host"
        if dig(c, "securityContext", "windowsOptions", "hostProcess"):
            yield f"{where} is a host process"


def harmless_volumes(objects):
    """Only the volume types that the standard allows."""
    for pod in pods(objects):
        for v in pod.spec.get("volumes", []):
            for wrong in set(v) - {"name"} - VOLUMES:
                yield f"{pod.name}, volume {v['name']}: {wrong} is not allowed"


def no_privileges(objects):
    """Not privileged, no escalation, all capabilities dropped, /proc masked."""
    for _, c, where in _containers(objects):
        context = c.get("securityContext", {})
        if context.get("privileged"):
            yield f"{where} is privileged"
        if context.get("allowPrivilegeEscalation") is not False:
            yield f"{where} needs allowPrivilegeEscalation: false"
        if "ALL" not in dig(context, "capabilities", "drop", default=[]):
            yield f"{where} must drop ALL capabilities"
        for added in set(dig(context, "capabilities", "add", default=[])) - {"NET_BIND_SERVICE"}:
            yield f"{where} adds capability {added}"
        if context.get("procMount", "Default") != "Default":
            yield f"{where} unmasks /proc"


def never_root(objects):
    """runAsNonRoot, and no user 0."""
    for pod, c, where in _containers(objects):
        if _effective(pod, c, "runAsNonRoot") is not True:
            yield f"{where} needs runAsNonRoot: true"
        if _effective(pod, c, "runAsUser") in (None, 0):
            yield f"{where} needs runAsUser, and not 0"


def confined(objects):
    """seccomp RuntimeDefault or Localhost; SELinux, AppArmor and sysctls as the standard allows."""
    for pod, c, where in _containers(objects):
        if _effective(pod, c, "seccompProfile", "type") not in ("RuntimeDefault", "Localhost"):
            yield f"{where} needs seccompProfile RuntimeDefault"
        if _effective(pod, c, "appArmorProfile", "type") not in (None, "RuntimeDefault", "Localhost"):
            yield f"{where} switches AppArmor off"
        options = _effective(pod, c, "seLinuxOptions") or {}
        if options.get("type") not in SELINUX_TYPES or options.get("user") or options.get("role"):
            yield f"{where} has SELinux options that are not allowed"
    for pod in pods(objects):
        for s in dig(pod.spec, "securityContext", "sysctls", default=[]):
            if s["name"] not in SYSCTLS:
                yield f"{pod.name} sets sysctl {s['name']}"


def read_only_root(objects):
    """Containers write only to volumes."""
    for _, c, where in _containers(objects):
        if dig(c, "securityContext", "readOnlyRootFilesystem") is not True:
            yield f"{where} needs readOnlyRootFilesystem: true"


def namespaces_enforce(objects):
    """The namespace enforces the standard for everything else."""
    for ns in kind(objects, "Namespace"):
        for mode in ("enforce", "audit", "warn"):
            label = f"pod-security.kubernetes.io/{mode}"
            if dig(ns, "metadata", "labels", label) != "restricted":
                yield f"Namespace {ns['metadata']['name']} needs the label {label}: restricted"


RULES = [nothing_of_the_host, harmless_volumes, no_privileges, never_root, confined, read_only_root, namespaces_enforce]
