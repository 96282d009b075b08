"""Sizes that fit each other: PostgreSQL's memory and connections, NATS' memory and what may fill its store."""

import re

from .objects import clusters, dig, kind, pods, quantity
from .quota import most_at_once

MI = 2**20
# What PostgreSQL does where nothing else is said, in bytes.
WORK_MEM, HASHES = 4 * MI, 2
MAINTENANCE, CLEANERS = 64 * MI, 3
PARALLEL_WORKERS = 8
SHARED = 2 * PARALLEL_WORKERS * WORK_MEM * HASHES + MAINTENANCE
WAL_OF_CHECKPOINTS = 1024 * MI  # max_wal_size
# A connection of todo-be: 2 MB of its own were measured, and page tables beside.
A_CONNECTION = 3 * MI
RESERVED = 3  # superuser_reserved_connections
# todo-be beside its pool: writer, listener, relay, upkeep, feed, the feed's past. Any other program: no more than
# `metrics` may (roles.sh).
BESIDE_THE_POOL, OF_ANOTHER = 6, 4
# And with users: two that verify tokens, one that looks after what lasts (ADR 89).
OF_IDENTITY = 3
# Of what is left the broadcaster gives a stream of its own one part (stream_room.cpp).
PARTS_OF_THE_STORE = 8
RECORDS = ("ATTEMPTS_MAX_BYTES", "DEAD_LETTERS_MAX_BYTES", "RETRIES_MAX_BYTES")
# Go's heap stays below the limit by what is no heap.
OF_THE_LIMIT = 0.85


def size(text):
    """ "128MB" -> bytes, as PostgreSQL and NATS write it."""
    amount, unit = re.fullmatch(r"(\d+) ?([kKMG])i?B", text).groups()
    return int(amount) * 1024 ** ("KMG".index(unit.upper()) + 1)


def servers(objects):
    """Of each PostgreSQL: (its name, its parameters, memory (request, limit), size of /dev/shm or None)."""
    for pod in pods(objects):
        server = pod.spec["containers"][0]
        if pod.owner["kind"] == "StatefulSet" and server["name"] == "postgres":
            parameters = dict(a.split("=", 1) for a in server.get("args", []) if "=" in a)
            yield pod.name, parameters, _memory(server), _shared(pod, server)
    for cluster, _ in clusters(objects):
        shared = dig(cluster, "spec", "ephemeralVolumesSizeLimit", "shm")
        parameters = dig(cluster, "spec", "postgresql", "parameters", default={})
        yield "Cluster postgres", parameters, _memory(cluster["spec"]), shared and quantity(shared)


def _memory(having):
    return [quantity(dig(having, "resources", of, "memory", default="0")) for of in ("requests", "limits")]


def _shared(pod, container):
    name = next((m["name"] for m in container.get("volumeMounts", []) if m["mountPath"] == "/dev/shm"), None)
    volume = next((v.get("emptyDir", {}) for v in pod.spec.get("volumes", []) if v["name"] == name), {})
    return quantity(volume["sizeLimit"]) if volume.get("medium") == "Memory" else None


def parallel_queries_have_room(objects):
    """PostgreSQL's /dev/shm is memory of its own, for all parallel workers and a parallel vacuum at once; a container
    has 64 MiB, and then queries fail for want of a "shared memory segment"."""
    for name, _, _, shared in servers(objects):
        if shared is None or shared < SHARED:
            yield f"{name} needs an emptyDir of medium Memory at /dev/shm, of {SHARED / MI:.0f}Mi"


def sizes_are_said(objects):
    """max_connections and shared_buffers of PostgreSQL are written out: everything else is measured by them."""
    for name, parameters, _, _ in servers(objects):
        for parameter in ("max_connections", "shared_buffers"):
            if parameter not in parameters:
                yield f"{name} leaves {parameter} to the image"


def memory_is_enough(objects):
    """PostgreSQL at its largest stays below its limit: shared buffers, /dev/shm, every connection, every cleaner. What
    it always has, it requests."""
    for name, parameters, (request, limit), shared in servers(objects):
        if any(said not in parameters for said in ("max_connections", "shared_buffers")):
            continue
        buffers = size(parameters["shared_buffers"])
        most = buffers + (shared or 0) + int(parameters["max_connections"]) * A_CONNECTION + CLEANERS * MAINTENANCE
        if limit < most:
            yield f"{name} may need {most / MI:.0f}Mi of memory, its limit is {limit / MI:.0f}Mi"
        if request < buffers:
            yield f"{name} requests {request / MI:.0f}Mi of memory, its shared buffers alone are {buffers / MI:.0f}Mi"


def connections(objects):
    """The most that ask for one at the same moment: every autoscaler at its maximum, in the middle of a rollout."""
    settings = next((o["data"] for o in kind(objects, "ConfigMap") if "POOL_SIZE" in o.get("data", {})), {})
    of_users = OF_IDENTITY if settings.get("IDENTITY") == "on" else 0
    of = {"todo-be": int(settings.get("POOL_SIZE", 0)) + BESIDE_THE_POOL + of_users}
    total = RESERVED
    for pod in pods(objects):
        secrets = {dig(v, "secret", "secretName", default="") for v in pod.spec.get("volumes", [])}
        if pod.owner["kind"] != "StatefulSet" and secrets & {"postgres-credentials", "postgres-app"}:
            total += most_at_once(objects, pod.owner) * of.get(pod.owner["metadata"]["name"], OF_ANOTHER)
    return total


def everybody_gets_in(objects):
    """PostgreSQL takes every connection that all replicas and jobs together may open."""
    for name, parameters, _, _ in servers(objects):
        takes = int(parameters.get("max_connections", 100))
        if (most := connections(objects)) > takes:
            yield f"{name}: up to {most} connections are opened, it takes {takes}"


def stores(objects):
    """Of each nats.conf: (file system, memory) in bytes."""
    for o in kind(objects, "ConfigMap"):
        text = o.get("data", {}).get("nats.conf", "")
        found = [re.search(rf"(?m)^\s*max_{of}_store: (\S+)$", text) for of in ("file", "memory")]
        if all(found):
            yield [size(f[1]) for f in found]


def records_leave_room_for_events(objects):
    """Each stream of the broadcaster's own gets what it is set to, the others having theirs: one part of what is left.
    Nothing crowds out events, and no stream is smaller than the settings say."""
    for o in kind(objects, "ConfigMap"):
        limits = {name: int(o["data"][name]) for name in RECORDS if name in o.get("data", {})}
        for name in RECORDS if "JETSTREAM_REPLICAS" in o.get("data", {}) else ():
            if name not in limits:
                yield f"{o['metadata']['name']} leaves {name} to the program"
        for store, _ in stores(objects):
            for name, bytes_ in limits.items():
                left = store - sum(limits.values()) + bytes_
                if bytes_ * PARTS_OF_THE_STORE > left:
                    yield f"{name}={bytes_} is more than an eighth of the {left} that the others leave of the store"


def go_stays_below_the_limit(objects):
    """GOMEMLIMIT leaves to the limit what is no heap, and streams in memory are less than half of it."""
    for pod in pods(objects):
        for c in pod.containers():
            said = next((e["value"] for e in c.get("env", []) if e["name"] == "GOMEMLIMIT"), None)
            if not said:
                continue
            if size(said) > OF_THE_LIMIT * float(_memory(c)[1]):
                yield f"{pod.name}: GOMEMLIMIT {said} is too near to the limit of its memory"
            for _, memory in stores(objects) if c["name"] == "nats" else ():
                if 2 * memory > size(said):
                    yield f"{pod.name}: max_memory_store is more than half of GOMEMLIMIT {said}"


RULES = [
    parallel_queries_have_room,
    sizes_are_said,
    memory_is_enough,
    everybody_gets_in,
    records_leave_room_for_events,
    go_stays_below_the_limit,
]
