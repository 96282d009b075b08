"""nats-server with the configuration, the users and the environment of an overlay, on this machine's addresses.
"production+tls" is production with component tls."""

import functools
import re
import secrets
import subprocess
import sys

from rendered import HERE, pod_templates
from servers import eventually

sys.path.append(str(HERE.parent))
from policy import render  # noqa: E402

from private_servers.nats import answers, command
from private_servers.ports import free_port
from private_servers.process import Process


@functools.cache
def overlay(name):
    name, *components = name.split("+")
    if components:
        return render.with_components(name, components)
    return render.build(f"manifests/overlays/{name}")


def config_of(of, start):
    """The data of the ConfigMap whose name begins so."""
    found = [d["data"] for d in overlay(of) if d["kind"] == "ConfigMap" and d["metadata"]["name"].startswith(start)]
    assert len(found) == 1, f"{len(found)} ConfigMaps {start}"
    return found[0]


def container(name, of):
    """(container, pod) of a workload."""
    template = next(t for n, _, t in pod_templates(overlay(of)) if n == name)
    return template["spec"]["containers"][0], template["spec"]


@functools.cache
def understands(setting):
    """Debian 12's server is older than the deployed one."""
    version = subprocess.run(["nats-server", "--version"], capture_output=True, text=True, check=True).stdout
    since = {"sync_interval": (2, 10)}[setting]
    return tuple(map(int, re.search(r"(\d+)\.(\d+)", version).groups())) >= since


class deployed:
    """All servers of the overlay, in `folder`, which is created. `passwords`: of the Secret nats-credentials. `tls`:
    the folder that is mounted at /run/tls; then servers are called localhost, which is a name of the certificate."""

    def __init__(self, folder, of, tls=None):
        folder.mkdir()
        self.folder, self.of, self.tls, self.passwords, self.servers = folder, of, tls, {}, []
        self.host = "localhost" if tls else "127.0.0.1"
        stateful = next(d for d in overlay(of) if (d["kind"], d["metadata"]["name"]) == ("StatefulSet", "nats"))
        self.ports = [(free_port(), free_port(), free_port()) for _ in range(stateful["spec"].get("replicas", 1))]
        for number in range(len(self.ports)):
            self.start(number)
        for number, (_, monitor, _) in enumerate(self.ports):
            url = f"http://127.0.0.1:{monitor}/healthz"
            self.servers[number].wait_until(lambda url=url: answers(url), "starting")

    def password(self, key):
        """As the READMEs make them."""
        return self.passwords.setdefault(key, "n" + secrets.token_hex(24))

    def environment(self, number):
        """As Kubernetes makes it: what refers to others refers to those before it."""
        found = {}
        for e in container("nats", self.of)[0]["env"]:
            ref = e.get("valueFrom", {}).get("secretKeyRef")
            if ref:
                found[e["name"]] = self.password(ref["key"])
            elif "value" in e:
                found[e["name"]] = re.sub(r"\$\((\w+)\)", lambda m: found.get(m[1], m[0]), e["value"])
        found["POD_NAME"] = f"nats-{number}"
        for name, value in found.items():
            if at := re.search(r"@nats-(\d)\.nats-headless:6222$", value):
                found[name] = f"{value[: at.start()]}@{self.host}:{self.ports[int(at[1])][2]}"
        return found

    def start(self, number, **other):
        client, monitor, route = self.ports[number]
        home = self.folder / f"nats-{number}"
        home.mkdir(exist_ok=True)
        name = next(v for v in container("nats", self.of)[1]["volumes"] if v["name"] == "config")["configMap"]["name"]
        files = next(d for d in overlay(self.of) if (d["kind"], d["metadata"]["name"]) == ("ConfigMap", name))["data"]
        places = {
            "0.0.0.0:4222": f"127.0.0.1:{client}",
            "0.0.0.0:8222": f"127.0.0.1:{monitor}",
            "0.0.0.0:6222": f"127.0.0.1:{route}",
            "/var/run/nats/": f"{home}/",
            "store_dir: /data": f"store_dir: {home}/data",
            "/run/tls/": f"{self.tls}/",
        }
        for file, text in files.items():
            for there, here in places.items():
                text = text.replace(there, here)
            if not understands("sync_interval"):
                text = re.sub(r"(?m)^ *sync_interval.*\n", "", text)
            (home / file).write_text(text, encoding="utf-8")
        process = Process(command(home / "nats.conf"), home / "log", self.environment(number) | other)
        self.servers[number:number] = [process]
        return process

    @property
    def url(self):
        return f"{'tls' if self.tls else 'nats'}://{self.host}:{self.ports[0][0]}"

    def login(self, workload):
        """What a workload is given: {NATS_USER, NATS_PASSWORD}."""
        c, pod = container(workload, self.of)
        env = {e["name"]: e for e in c["env"]}
        if "NATS_PASSWORD" in env:
            key = env["NATS_PASSWORD"]["valueFrom"]["secretKeyRef"]["key"]
        else:
            folder, _, file = env["NATS_PASSWORD_FILE"]["value"].rpartition("/")
            volume = next(m["name"] for m in c["volumeMounts"] if m["mountPath"] == folder)
            items = next(v for v in pod["volumes"] if v["name"] == volume)["secret"]["items"]
            assert len(items) == 1, f"{workload} is shown more than its own password"
            key = next(i["key"] for i in items if i["path"] == file)
        return {"NATS_USER": env["NATS_USER"]["value"], "NATS_PASSWORD": self.password(key)}

    def log(self):
        return "".join(p.read_text(encoding="utf-8") for p in sorted(self.folder.glob("nats-*/log")))

    def stop(self):
        for server in self.servers:
            server.stop()


def routes(monitor, count):
    """Waits until a server has that many connections to others."""
    import json
    import urllib.request

    def there():
        with urllib.request.urlopen(f"http://127.0.0.1:{monitor}/routez", timeout=5) as answer:
            return len({r["remote_id"] for r in json.load(answer)["routes"]}) == count

    eventually(f"{count} other servers are known", there)
