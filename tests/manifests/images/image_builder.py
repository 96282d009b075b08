"""Builds the images with buildah on this machine: no daemon, no registry, no internet.

The base image is made from the machine's own apt sources, with its authorities, and lives in buildah's storage only.
ccache, apt's
and npm's caches are this machine's. The storage stays in .cache/images, so that the second run only looks whether
layers changed.
"""

import functools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
STORAGE = ROOT / ".cache/images"
BASE = "localhost/tidings-base"
HOME = pathlib.Path.home()
AUTHORITIES = pathlib.Path("/usr/local/share/ca-certificates")
OWN_MOUNTS = "TIDINGS_OWN_MOUNTS"


class CannotBuild(Exception):
    """This machine cannot build images; the text says why."""


def run(*command, **more):
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}:\n{(done.stdout + done.stderr)[-6000:]}")
    return done.stdout.strip()


def enter_own_mounts():
    """Starts this program again in a mount namespace of its own, if it may: then our mounts are gone when it ends,
    however it ends."""
    namespace = ["unshare", "--mount", "--propagation", "private"]
    if not os.environ.get(OWN_MOUNTS) and subprocess.run([*namespace, "true"], capture_output=True).returncode == 0:
        os.execvpe("unshare", [*namespace, sys.executable, "-B", *sys.argv], os.environ | {OWN_MOUNTS: "yes"})


class Builder:
    def __init__(self):
        for program in ("buildah", "mmdebstrap"):
            if not shutil.which(program):
                raise CannotBuild(f"{program} is missing (Debian's package {program})")
        if not os.environ.get(OWN_MOUNTS):
            raise CannotBuild("that needs root, and the right to mount")
        STORAGE.mkdir(parents=True, exist_ok=True)
        self.state = tempfile.TemporaryDirectory()
        self.containers = []
        for driver in ("overlay", "vfs"):
            self.choose(driver)
            try:
                self.buildah("rm", "--all")  # left over from a killed run
                self.container("scratch")
                return
            except RuntimeError as failure:
                reason = str(failure).splitlines()[-1]
        raise CannotBuild(f"buildah cannot run here: {reason}")

    def choose(self, driver):
        configuration = pathlib.Path(self.state.name, "storage.conf")
        lines = (
            "[storage]",
            f'driver = "{driver}"',
            f'graphroot = "{STORAGE}/{driver}"',
            f'runroot = "{self.state.name}"',
        )
        configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")
        # TMPDIR: buildah leaves the caches of RUN --mount there.
        self.environment = os.environ | {
            "CONTAINERS_STORAGE_CONF": str(configuration),
            "BUILDAH_ISOLATION": "chroot",
            "TMPDIR": self.state.name,
        }

    def buildah(self, *arguments):
        return run("buildah", *arguments, env=self.environment)

    def container(self, image):
        """(name, root folder) of a container made of an image; gone after close()."""
        name = self.buildah("from", "--pull-never", image)
        self.containers.append(name)
        return name, pathlib.Path(self.buildah("mount", name))

    def close(self):
        if self.containers:
            self.buildah("rm", *self.containers)
        self.containers = []

    def has(self, image):
        return bool(self.buildah("images", "--quiet", "--filter", f"reference={image}"))

    def make_base(self):
        if self.has(BASE):
            return
        release = run("sh", "-c", ". /etc/os-release && echo $VERSION_CODENAME")
        sources = run(
            "apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)", "Created-By: Packages"
        )
        lines = [f"deb {line}" for line in dict.fromkeys(sources.splitlines()) if line.split()[1].startswith(release)]
        name, root = self.container("scratch")
        with tempfile.NamedTemporaryFile(suffix=".tar") as archive:
            run("mmdebstrap", "--variant=minbase", "--quiet", release, archive.name, *lines)
            run("tar", "--extract", "--file", archive.name, "--directory", root)
        (root / "etc/dpkg/dpkg.cfg.d/no-sync").write_text("force-unsafe-io\n", encoding="utf-8")
        if AUTHORITIES.is_dir():
            shutil.copytree(AUTHORITIES, root / AUTHORITIES.relative_to("/"), dirs_exist_ok=True)
        self.buildah("commit", "--quiet", name, BASE)

    def build(self, *images):
        """{image: its name in the storage}. At the checkout's own path and with its ccache: what ./dev built is not
        compiled again."""
        mounts = [HOME / ".cache/ccache", HOME / ".npm", pathlib.Path("/var/cache/apt/archives")]
        options = ["--build-arg", f"DEBIAN_IMAGE={BASE}", "--build-arg", f"SOURCE_DIR={ROOT}"]
        options += ["--build-arg", "LANG"] if "LANG" in os.environ else []  # ccache tells locales apart
        for folder in mounts:
            folder.mkdir(parents=True, exist_ok=True)
            inside = pathlib.Path("/root", folder.relative_to(HOME)) if folder.is_relative_to(HOME) else folder
            options += ["--volume", f"{folder}:{inside}"]
        if (HOME / ".npmrc").exists():
            options += ["--volume", f"{HOME}/.npmrc:/root/.npmrc:ro"]
        for variable in ("http_proxy", "https_proxy", "no_proxy"):
            if variable in os.environ:
                options += ["--build-arg", variable]
        built = run(ROOT / "docker/build", *images, "--", *options, env=self.environment | {"IMAGE_TAG": "test"})
        return dict(zip(images, built.splitlines(), strict=True))

    @functools.lru_cache
    def configuration(self, image):
        return json.loads(self.buildah("inspect", "--type", "image", image))["OCIv1"]
