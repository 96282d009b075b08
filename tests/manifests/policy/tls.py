"""TLS inside an environment: where a server asks for it everybody has it, and nobody is shown more than needed."""

import re

from .logins import CONFIGURED, _settings, _speaks_to_the_bus
from .objects import dig, kind, pods, title
from .references import wave_of

CERTIFICATE, AUTHORITY_FILE = "tls.crt", ("NATS_CA_FILE", "NATS_CA")


def _certificates(objects):
    return {o["spec"]["secretName"]: o for o in kind(objects, "Certificate")}


def _authorities(objects):
    return {name for name, o in _certificates(objects).items() if o["spec"].get("isCA")}


def certificates_have_an_issuer(objects):
    """Each Certificate has its Issuer here, each authority's Issuer its Secret."""
    issuers, made = {o["metadata"]["name"] for o in kind(objects, "Issuer")}, _certificates(objects)
    for o in kind(objects, "Certificate"):
        of = o["spec"]["issuerRef"]
        if of.get("kind") == "Issuer" and of["name"] not in issuers:
            yield f"{title(o)} is issued by {of['name']}, which does not exist"
    for o in kind(objects, "Issuer"):
        secret = dig(o, "spec", "ca", "secretName")
        if secret and secret not in made:
            yield f"{title(o)} signs with Secret {secret}, which no Certificate makes"


def an_authority_is_there_before_its_issuer(objects):
    """An Issuer without its Secret is Degraded, which ends a sync: it is of a later wave than the Certificate."""
    made = _certificates(objects)
    for o in kind(objects, "Issuer"):
        secret = dig(o, "spec", "ca", "secretName")
        if secret in made and wave_of(o) <= wave_of(made[secret]):
            yield f"{title(o)} (wave {wave_of(o)}) must be of a later wave than {title(made[secret])}"


def nobody_is_shown_an_authoritys_key(objects):
    """Pods trust an authority by its certificate; its key signs whatever one likes."""
    for pod in pods(objects):
        for v in pod.spec.get("volumes", []):
            name = dig(v, "secret", "secretName")
            keys = [i["key"] for i in dig(v, "secret", "items", default=[])]
            if name in _authorities(objects) and (not keys or "tls.key" in keys):
                yield f"{pod.name} is shown the key of authority {name}"


def renewed_certificates_are_taken(objects):
    """Servers read their certificate when they start: beside each, something waits for a new one."""
    made = set(_certificates(objects)) - _authorities(objects)
    for pod in pods(objects):
        for v in pod.spec.get("volumes", []):
            if dig(v, "secret", "secretName") not in made:
                continue
            files = [
                f"{m['mountPath']}/{CERTIFICATE}" in c.get("command", [])
                for c in pod.containers()
                for m in c.get("volumeMounts", [])
                if m["name"] == v["name"]
            ]
            if not any(files):
                yield f"{pod.name} does not take a renewed certificate of Secret {v['secret']['secretName']}"


def _whole(data, file):
    """A file of a ConfigMap with what it includes, indented as the line that does."""
    return re.sub(
        r"(?m)^( *)include (\S+)$",
        lambda m: "\n".join(m[1] + line for line in data.get(m[2], "").splitlines()),
        data[file],
    )


def _buses(objects):
    """(ConfigMap, own part, part of the cluster) of each configuration of NATS."""
    for o in kind(objects, "ConfigMap"):
        for name, text in o.get("data", {}).items():
            if CONFIGURED.search(text):
                whole = _whole(o["data"], name)
                cluster = re.search(r"(?ms)^cluster \{.*?^\}", whole)
                yield o, whole.replace(cluster[0], "") if cluster else whole, cluster and cluster[0]


def servers_of_the_bus_check_each_other(objects):
    """Where programs speak TLS with NATS its servers do so among each other, and show each other certificates."""
    for o, own, cluster in _buses(objects):
        block = re.search(r"(?ms)^  tls \{.*?^  \}", cluster or "")
        if cluster and re.search(r"(?m)^tls \{", own) and not (block and "verify: true" in block[0]):
            yield f"{title(o)}: its servers do not check each other's certificates"


def _given(container, maps):
    """Variables of a container that are written down somewhere."""
    found = {}
    for source in container.get("envFrom", []):
        found |= maps.get(dig(source, "configMapRef", "name"), {})
    return found | {e["name"]: e.get("value") or "" for e in container.get("env", [])}


def _mounted(container, file):
    return any(file.startswith(m["mountPath"] + "/") for m in container.get("volumeMounts", []))


def programs_and_bus_agree(objects):
    """Who calls NATS does so by TLS exactly where NATS asks for it, and has the authority's certificate."""
    maps = _settings(objects)
    asked = any(re.search(r"(?m)^tls \{", own) for _, own, _ in _buses(objects))
    for pod in pods(objects):
        for c in pod.containers():
            if not _speaks_to_the_bus(c, maps):
                continue
            given = _given(c, maps)
            if given["NATS_URL"].startswith("tls://") != asked:
                yield f"{pod.name}, container {c['name']}: NATS_URL must {'' if asked else 'not '}be tls://"
            files = [given[n] for n in AUTHORITY_FILE if n in given]
            if asked and not (files and _mounted(c, files[0])):
                yield f"{pod.name}, container {c['name']} has no certificate of NATS' authority"


def _calls_the_database(container, given):
    """The variable that names the host of the environment's own PostgreSQL, and its value; None without one."""
    if given.get("PGHOST") == "postgres":
        return ""
    if container["image"].startswith("tidings/todo-be") and not {"DATABASE_URL", "DATABASE_URL_FILE"} & set(given):
        return ""
    urls = [v for v in given.values() if re.search(r"@postgres[:/]|^\$\(POSTGRES_HOST\):", v)]
    return urls[0] if urls else None


def clients_and_database_agree(objects):
    """Where PostgreSQL lets in by TLS only, who calls it checks its certificate and its name."""
    maps = _settings(objects)
    lines = "".join(d.get("pg_hba.conf", "") for d in maps.values())
    if not re.search(r"(?m)^hostssl ", lines):
        return
    for line in re.findall(r"(?m)^host(?:nossl)? .*$", lines):
        if not line.endswith("reject"):
            yield f"pg_hba.conf lets in without TLS: {line}"
    for pod in pods(objects):
        if pod.owner["kind"] == "StatefulSet":
            if "postgres" in pod.labels.values() and "ssl=on" not in pod.spec["containers"][0].get("args", []):
                yield f"{pod.name} does not speak TLS, which its pg_hba.conf asks for"
            continue
        for c in pod.containers():
            given = _given(c, maps)
            url = _calls_the_database(c, given)
            if url is None:
                continue
            mode = re.search(r"sslmode=([\w-]+)", url) or [None, given.get("PGSSLMODE")]
            root = re.search(r"sslrootcert=(\S+)", url) or [None, given.get("PGSSLROOTCERT")]
            if mode[1] != "verify-full" or not root[1] or not _mounted(c, root[1]):
                yield f"{pod.name}, container {c['name']} does not check whose database it calls"


def servers_have_the_names_they_are_called_by(objects):
    """The certificate that a server's pod mounts has the names of the Services that lead to it."""
    made = _certificates(objects)
    for pod in pods(objects):
        for v in pod.spec.get("volumes", []):
            secret = dig(v, "secret", "secretName")
            if secret not in made or secret in _authorities(objects):
                continue
            names = set(made[secret]["spec"]["dnsNames"])
            for o in kind(objects, "Service"):
                selector = o["spec"].get("selector") or {}
                ports = {p["name"] for p in o["spec"]["ports"]}
                if selector and selector.items() <= pod.labels.items() and ports != {"metrics"}:
                    wanted = {o["metadata"]["name"]}
                    if (
                        o["metadata"]["name"] == pod.owner["spec"].get("serviceName")
                        and dig(pod.owner, "spec", "replicas", default=1) > 1
                    ):
                        wanted.add(f"*.{o['metadata']['name']}")
                    yield from (f"{title(made[secret])} lacks the name {name}" for name in sorted(wanted - names))


RULES = [
    certificates_have_an_issuer,
    an_authority_is_there_before_its_issuer,
    nobody_is_shown_an_authoritys_key,
    renewed_certificates_are_taken,
    servers_of_the_bus_check_each_other,
    programs_and_bus_agree,
    clients_and_database_agree,
    servers_have_the_names_they_are_called_by,
]
