"""nats-server with JetStream."""

import pathlib
import shutil
import urllib.request

from .ports import free_port
from .process import Process, as_batch


def write_configuration(file, port, monitor):
    """Its store lies beside `file`."""
    file.write_text(
        f"""server_name: "tidings"
listen: "127.0.0.1:{port}"
http: "127.0.0.1:{monitor}"
jetstream {{ store_dir: "{file.parent / "store"}" }}
""",
        encoding="utf-8",
    )


def command(file):
    return ["nats-server", "--config", file]


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status == 200
    except OSError:
        return False


class Nats:
    """Runs in `folder`, which is created."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.port, self.monitor_port = free_port(), free_port()
        write_configuration(self.folder / "nats.conf", self.port, self.monitor_port)
        self.start()

    def start(self):
        self.process = Process(command(self.folder / "nats.conf"), self.folder / "nats.log", before=as_batch())
        # Healthy only when JetStream has read its store.
        self.process.wait_until(lambda: answers(self.monitor + "/healthz"), "starting")

    @property
    def url(self):
        return f"nats://127.0.0.1:{self.port}"

    @property
    def monitor(self):
        return f"http://127.0.0.1:{self.monitor_port}"

    def lose_everything(self):
        self.process.kill()
        shutil.rmtree(self.folder / "store")
        self.start()

    def stop(self):
        self.process.stop()
