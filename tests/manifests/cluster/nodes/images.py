"""The images of production: ours as docker/ says, stand-ins for those of others under their own names.
python3 images.py FOLDER PROGRAM=PATH... -- NAME...: FOLDER becomes what containerd has when it has imported them.

Nothing is pulled. A stand-in is what Debian has of the same: PostgreSQL 15 for 17, and busybox for what only has to be
there.
"""

import hashlib
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[1] / "images"), str(HERE.parents[3] / "tools")]

from image_builder import BASE, Builder, enter_own_mounts, run  # noqa: E402

from private_servers.process import Process  # noqa: E402

OURS = "tidings/"
POSTGRES = "/usr/lib/postgresql/15"
# With the user that the image of others has, without what only makes it large (its compiler of queries need not be).
INSTALL = f"""set -e
groupadd --system --gid 999 postgres
useradd --system --uid 999 --gid postgres postgres
apt-get -qq update
apt-get -qq install --yes --no-install-recommends postgresql-15
rm -rf /var/lib/apt/lists /var/cache/apt /var/lib/postgresql /etc/postgresql /usr/share/doc /usr/share/locale
rm -rf {POSTGRES}/lib/bitcode {POSTGRES}/lib/llvmjit.so /usr/lib/*/libLLVM*
"""
DATABASE = f"localhost/tidings-database:{hashlib.sha256(INSTALL.encode()).hexdigest()[:16]}"


class Images:
    """`given`: {program: its path} of those that are not Debian's."""

    def __init__(self, builder, folder, given):
        self.builder, self.folder, self.given = builder, folder, given

    def make(self, names):
        ours = [name.removeprefix(OURS).partition(":")[0] for name in names if name.startswith(OURS)]
        built = self.builder.build(*ours) if ours else {}
        for name in names:
            repository = name.rpartition(":")[0]
            if name.startswith(OURS):
                self._save(built[repository.removeprefix(OURS)], f"docker.io/{name}")
            else:
                STAND_INS[repository](self, name)

    def _save(self, image, name):
        file = self.folder / f"{name.replace('/', '-').replace(':', '-')}.tar"
        self.builder.buildah("push", "--quiet", image, f"docker-archive:{file}:{name}")

    def _made(self, name, base, files, links=(), **configuration):
        """Saves an image of `base`, `files` ({path in it: file}) and `links` to the busybox among them, and removes it
        from the storage."""
        container, root = self.builder.container(base)
        for path, file in files.items():
            target = root / path.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
        for link in links:
            (root / "bin" / link).symlink_to("busybox")
        options = [f"--{key}={value}" for key, value in configuration.items()]
        self.builder.buildah("config", *options, container)
        image = self.builder.buildah("commit", "--quiet", container)
        self._save(image, name)
        self.builder.buildah("rm", container)
        self.builder.containers.remove(container)
        self.builder.buildah("rmi", image)

    def _busybox(self, name, entrypoint, **more):
        """With its tools, and other files: {path: file}."""
        busybox = shutil.which("busybox")
        tools = set(run(busybox, "--list").split()) - {pathlib.Path(path).name for path in ("busybox", *more)}
        files = {"/bin/busybox": busybox, **more}
        self._made(name, "scratch", files, tools, entrypoint=entrypoint, env="PATH=/bin", user="1001:1001")

    def pause(self, name):
        self._busybox(name, '["/bin/sleep", "2147483647"]')

    def coredns(self, name):
        self._made(name, "scratch", {"/coredns": self.given["coredns"]}, entrypoint='["/coredns"]')

    def nats(self, name):
        files = {"/usr/bin/nats-server": self.given["nats-server"]}
        entrypoint = '["/usr/bin/nats-server"]'
        self._made(f"docker.io/library/{name}", "scratch", files, entrypoint=entrypoint, env="PATH=/usr/bin")

    def exporter(self, name):
        self._busybox(f"docker.io/{name}", '["/bin/exporter"]', **{"/bin/exporter": HERE / "stand-ins/exporter"})

    def nats_box(self, name):
        """With the real program."""
        files = {"/bin/nc": HERE / "stand-ins/nc", "/bin/nats": self.given["nats"]}
        self._busybox(f"docker.io/{name}", '["/bin/sh"]', **files)

    def postgres(self, name):
        if not self.builder.has(DATABASE):
            self._make_database()
        files = {"/usr/local/bin/entrypoint": HERE / "stand-ins/postgres"}
        more = {"entrypoint": '["/usr/local/bin/entrypoint"]', "stop-signal": "SIGINT", "user": "999:999"}
        more["env"] = f"PATH={POSTGRES}/bin:/usr/bin:/bin"
        self._made(f"docker.io/library/{name}", DATABASE, files, **more)

    def _make_database(self):
        """PostgreSQL on the base of our images."""
        container, _ = self.builder.container(BASE)
        environment = ["--env", "DEBIAN_FRONTEND=noninteractive"]
        self.builder.buildah("run", *environment, container, "--", "sh", "-c", INSTALL)
        self.builder.buildah("commit", "--quiet", container, DATABASE)


STAND_INS = {
    "localhost/pause": Images.pause,
    "localhost/coredns": Images.coredns,
    "nats": Images.nats,
    "natsio/prometheus-nats-exporter": Images.exporter,
    "natsio/nats-box": Images.nats_box,
    "postgres": Images.postgres,
}


def unpack(archives, folder):
    """By a containerd of its own, whose root is the folder."""
    with tempfile.TemporaryDirectory() as state:
        socket = pathlib.Path(state, "socket")
        configuration = pathlib.Path(state, "containerd.toml")
        configuration.write_text(
            'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n'
            f'root = "{folder}"\nstate = "{state}/run"\n[grpc]\n  address = "{socket}"\n',
            encoding="ascii",
        )
        containerd = Process(["containerd", "--config", configuration], pathlib.Path(state, "log"))
        try:
            ctr = ["ctr", f"--address={socket}", "--namespace=k8s.io"]
            containerd.wait_until(lambda: subprocess.run([*ctr, "version"], capture_output=True).returncode == 0, "up")
            for archive in archives:
                run(*ctr, "images", "import", archive)
        finally:
            containerd.stop()


def main(folder, *more):
    enter_own_mounts()
    between = more.index("--")
    builder = Builder()
    try:
        builder.make_base()
        with tempfile.TemporaryDirectory() as archives:
            archives = pathlib.Path(archives)
            Images(builder, archives, dict(p.split("=", 1) for p in more[:between])).make(more[between + 1 :])
            unpack(sorted(archives.glob("*.tar")), folder)
    finally:
        builder.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
