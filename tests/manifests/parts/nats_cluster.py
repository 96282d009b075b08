"""Three nats-servers as one cluster, as production has them."""

from nats_client import client
from servers import eventually

from private_servers.nats import answers, command
from private_servers.ports import free_port
from private_servers.process import Process


class cluster:
    """Runs in `folder`, which is created. Ready once a leader takes streams of three replicas."""

    def __init__(self, folder):
        folder.mkdir()
        self.ports = [free_port() for _ in range(3)]
        routes = [free_port() for _ in range(3)]
        monitors = [free_port() for _ in range(3)]
        self.servers = []
        for number, (port, route, monitor) in enumerate(zip(self.ports, routes, monitors)):
            file = folder / f"{number}.conf"
            file.write_text(
                f"""server_name: "tidings-{number}"
listen: "127.0.0.1:{port}"
http: "127.0.0.1:{monitor}"
jetstream {{ store_dir: "{folder / str(number)}" }}
cluster {{
  name: tidings
  listen: "127.0.0.1:{route}"
  routes: [{", ".join(f'"nats://127.0.0.1:{r}"' for r in routes)}]
}}
""",
                encoding="utf-8",
            )
            self.servers.append(Process(command(file), folder / f"{number}.log"))
        for server, monitor in zip(self.servers, monitors):
            url = f"http://127.0.0.1:{monitor}/healthz"
            server.wait_until(lambda: answers(url), "starting")
        eventually("the cluster has a leader", self.takes_streams)

    @property
    def url(self):
        return f"nats://127.0.0.1:{self.ports[0]}"

    def takes_streams(self):
        js = client(self.url)
        try:
            js.api("STREAM.CREATE.probe", {"name": "probe", "subjects": ["probe"], "num_replicas": 3})
            return js.api("STREAM.DELETE.probe")["success"]
        except (AssertionError, TimeoutError):
            return False  # no leader, or not yet three that it knows
        finally:
            js.close()

    def stop(self):
        for server in self.servers:
            server.stop()
