"""Pastes the README's commands into a shell. Only what belongs to one machine is replaced: the stack's folder, the
build's, the ports."""

import contextlib
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))

from private_servers.ports import free_port

BUILD = os.environ.get("TIDINGS_BUILD_DIR") or str(ROOT / "build" / "release")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(heading):
    """The first block of shell commands below a heading."""
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.search(r"```sh\n(.*?)```", section, re.S).group(1)


class Shell:
    """A newcomer's shell: one bash with its own stack, which ends with everything started in it."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="tidings-readme-")
        self.run_dir = f"{self.folder.name}/run"
        self.port, self.other_port = str(free_port()), str(free_port())
        return self

    def __exit__(self, *_):
        self.dev("down", "--data")
        self.folder.cleanup()

    def environment(self):
        return dict(os.environ, TIDINGS_RUN_DIR=self.run_dir)

    def dev(self, *words):
        subprocess.run([ROOT / "dev", *words], env=self.environment(), check=True, capture_output=True)

    def adapted(self, text):
        for told, ours in (
            (".run/", self.run_dir + "/"),
            ("build/release/", BUILD + "/"),
            ("9000", self.port),
            ("9003", self.other_port),
        ):
            text = text.replace(told, ours)
        return text

    @contextlib.contextmanager
    def paste(self, text):
        """Runs the commands; yields a file with their output while their background processes are still running."""
        output = pathlib.Path(self.folder.name, "output")
        with open(output, "wb") as out:
            bash = subprocess.Popen(
                ["bash", "-e"],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
            bash.communicate(self.adapted(text).encode(), timeout=120)
        try:
            yield bash.returncode, output
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(bash.pid, signal.SIGTERM)


def eventually(condition, what, limit=30):
    until = time.monotonic() + limit
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"not within {limit} s: {what()}")
        time.sleep(0.05)


class Readme(unittest.TestCase):
    def test_the_first_to_do_and_a_custom_endpoint(self):
        with Shell() as shell:
            shell.dev("up")
            with shell.paste(commands("The first to-do")) as (code, output):
                text = output.read_text(encoding="utf-8")
                self.assertEqual(code, 0, text)
                self.assertIn("HTTP/1.1 201 Created", text)
                log = pathlib.Path(shell.run_dir, "logs", "receiver.log")
                eventually(
                    lambda: re.search(r"204 +/hook +verified .*Buy milk", log.read_text(encoding="utf-8")),
                    log.read_text,
                )
            own = commands("An endpoint of your own") + commands("A stream of your own")
            with shell.paste(own) as (code, output):
                self.assertEqual(code, 0, output.read_text(encoding="utf-8"))
                for arrived in (r"204 +/hook +verified .*Tell my endpoint", r"204 +/orders +verified .*4711"):
                    eventually(lambda a=arrived: re.search(a, output.read_text(encoding="utf-8")), output.read_text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
