"""Staging as it stands, beside production: with a database outside of the cluster, by TLS, as a provider has it."""

import secrets
import subprocess

from on_kind.installation import Credentials, Installation
from private_servers.folder import Folder
from private_servers.postgres import Postgres, create_cluster
from private_servers.process import give_to_postgres
from release.failure import Failure

from .ground import ADDRESS

PORT = 5432  # the one that policies know


class Database:
    """with Database() as d: d.url is for pods, d.sql(TEXT) for us."""

    def __init__(self):
        self._folder, self._password = Folder("provider"), secrets.token_hex(16)

    def __enter__(self):
        folder, owner = self._folder.path, secrets.token_hex(16)
        key, certificate = folder / "tls.key", folder / "tls.crt"
        made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=provider", "-days", "2"]
        subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=60)
        key.chmod(0o600)
        for file in (key, certificate):
            give_to_postgres(file)
        create_cluster(folder / "data", self._password, ["--no-sync"])
        with open(folder / "data/pg_hba.conf", "a", encoding="ascii") as access:
            access.write("hostssl tidings staging 0.0.0.0/0 scram-sha-256\n")
        tls = {"ssl": "on", "ssl_cert_file": certificate, "ssl_key_file": key}
        options = [
            o for k, v in ({"listen_addresses": f"127.0.0.1,{ADDRESS}"} | tls).items() for o in ("-c", f"{k}={v}")
        ]
        self._server = Postgres(folder / "data", password=self._password, options=options, port=PORT)
        self.sql(f"create role staging login password '{owner}'; alter database tidings owner to staging")
        self.url = f"postgresql://staging:{owner}@{ADDRESS}/tidings?sslmode=require"
        return self

    def __exit__(self, *_):
        self._server.stop()
        self._folder.remove()

    def sql(self, text):
        return self._server.sql(text)


class Staging(Installation):
    """In a cluster that is there already and has the images."""

    def __init__(self, cluster, database, gateway):
        super().__init__("staging", url=None)
        self.cluster, self._database, self._gateway = cluster, database, gateway
        self._credentials = Credentials(self.namespace)

    def begin(self):
        self.apply(self.secrets())
        self._gateway.open(self.namespace)

    def secrets(self):
        """Those that the overlay wants sealed. Its database is in none of ours; it has no webhook yet, as in Git."""
        for o in self._credentials.objects():
            if o["metadata"]["name"] == "postgres-credentials":
                o = o | {"metadata": o["metadata"] | {"name": "database-url"}}
                o["stringData"] = {"DATABASE_URL": self._database.url}
            o["stringData"] = {k: v for k, v in o["stringData"].items() if not k.startswith("WEBHOOK_")}
            yield o

    def check(self):
        self.wait()
        self.url = self._gateway.url(self.namespace)
        made = self._credentials
        said = self.smoke(
            API_TOKEN=made.api_token, BROADCASTER_API_TOKEN=made.webhook_token, PAGE_LOGIN=made.page_login
        )
        events = self._database.sql("select count(*) from events")
        plain = self._database.sql(
            "select count(*) from pg_stat_ssl join pg_stat_activity using (pid) where not ssl and usename = 'staging'"
        )
        if events == "0" or plain != "0":
            raise Failure(f"{events} events are in the provider's database, which has {plain} connections without TLS")
        # The rest needs the room. (Only branches' namespaces may be deleted.)
        self.cluster.run(f"--namespace={self.namespace}", "scale", "deployment,statefulset", "--all", "--replicas=0")
        return f"{said.strip().splitlines()[-1]}; {events} events in the provider's database, by TLS only"
