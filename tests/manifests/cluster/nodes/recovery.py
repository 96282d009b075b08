"""Database and NATS of production are backed up, lost and restored as docs/operations.md says, and what comes back is
compared with what there was."""

import re
import time

from on_kind.checks import EVENTS_ARRIVE_WITHIN, eventually
from on_kind.load import TIMEOUT, Load
from policy import render
from release import programs, web
from release.failure import Failure

from .. import runbook

RATE, AFTERWARDS = 20, 3  # requests/s; s of them between a backup and the loss
LIMIT = 300  # s of a command
# Argo CD and a gateway are not here; a restore to a moment is another one; and before NATS is lost those
# are stopped that would make its streams anew.
NOT_HERE = re.compile(r"kubectl -n argocd |kustomize build cluster-manifests|tools/smoke|RESTORE_TIME|nats stream ls")
# What is not worked off by the programs themselves.
TABLES = (
    "todos",
    "events",
    "deleted_todos",
    "idempotency_keys",
    "users",
    "access_tokens",
    "lists",
    "list_members",
    "cache_key",
)
DIGESTS = " union all ".join(
    f"select '{table}', count(*), md5(string_agg(r::text, '|' order by r::text)) from {table} r" for table in TABLES
)
SERVERS = ("nats-0", "nats-1", "nats-2")


class Recovery:
    """`checks`: OnNodesChecks."""

    def __init__(self, checks):
        self._checks, self._made = checks, set()

    def database(self):
        """Its directory is made anew, of a base backup and the WAL since: nothing that was committed may be missing."""
        for command in block("Backup and restore"):
            self._run(command)
        self._checks.await_job("restore-test-now")
        token = self._make_token()
        self._add_some()
        before = self._digests()
        for command in block("Restore the database"):
            self._run(command)
        if (after := self._digests()) != before:
            raise Failure(f"rows and their digests were {before}, are {after}")
        if self._ask("select timeline_id from pg_control_checkpoint()") == "1":
            raise Failure("it is the database of before: nothing was restored")
        self._checks.await_job("after-restore")
        if (status := self._with(token)) != 200:
            raise Failure(f"a token of before is answered with {status}")
        rows = [line.split(",") for line in before.splitlines()]
        said = ", ".join(f"{count} {table}" for table, count, _ in rows if count != "0")
        return f"{said} are the same, and a token opens what it did"

    def nats(self):
        """All three disks are lost after a snapshot: what it has comes from there, what came later from the log."""
        kept = int(re.search(r": (\d+) streams$", self._checks.run_job("backup-jetstream"))[1])
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        # What nobody has delivered yet, and no snapshot has.
        self._checks.stop("broadcaster")
        load = self._add_some()
        stop, *restore = block("Restore NATS")
        self._run(stop)
        for server in SERVERS:
            self._run(lost(server))
        self._checks.cluster.await_rollout(self._checks.namespace, "statefulset/nats")
        for command in restore:
            self._run(re.sub(r"SINCE='[^']*'", f"SINCE='{since}'", command))
        self._checks.await_job("republish-1")
        said = eventually(lambda: self._checks.all_arrived(load.outcome.created), EVENTS_ARRIVE_WITHIN)
        restored = re.findall(r"(?m)^restore-jetstream: \S+: \d+ messages", self._checks.logs("restore-nats-1"))
        if not kept or len(restored) != kept:
            raise Failure(f"{len(restored)} streams were restored, the snapshot has {kept}")
        return f"{len(restored)} streams as in the snapshot; {said}"

    def _make_token(self):
        end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        body = {"name": "before", "scopes": ["todos:read"], "expires_at": end}
        return self._ask_api("POST", "tokens", self._checks.credentials.api_token, body).must_be(201).json()["token"]

    def _with(self, token):
        return self._ask_api("GET", "todos?limit=1", token).status

    def _ask_api(self, method, path, token, body=None):
        url = f"{self._checks.installed.url}/api/{path}"
        return web.request(method, url, timeout=TIMEOUT, token=token, body=body)

    def _add_some(self):
        with Load(self._checks.installed.url, self._checks.credentials.api_token, RATE) as load:
            time.sleep(AFTERWARDS)
        load.outcome.must_be_whole()
        return load

    def _digests(self):
        return self._ask(DIGESTS)

    def _ask(self, text):
        return self._checks.ask_the_database(text).strip()

    def _run(self, command):
        programs.run(
            ["bash", "-o", "pipefail", "-c", command],
            timeout=LIMIT,
            cwd=render.ROOT,
            env=self._checks.nodes.environment,
        )


def block(chapter):
    """The commands of a chapter's first block that can be run here."""
    block = runbook.text().split(f"# {chapter}\n")[1].split("```sh\n")[1].split("```")[0]
    lines = [re.sub(r"\s+#.*|^#.*", "", line) for line in re.sub(r"(\||\\)\n\s*", r"\1 ", block).splitlines()]
    return [line for line in filter(None, map(str.strip, lines)) if not NOT_HERE.search(line)]


def lost(server):
    """The runbook's command for a disk that is gone, of one of NATS'."""
    chapter = runbook.text().split("\n### A disk is lost\n")[1].split("\n## ")[0]
    written = re.search(r"(?m)^kubectl -n project delete pvc data-nats-2 .*$", chapter)[0]
    return re.sub(r"\s+#.*", "", written).replace("nats-2", server)
