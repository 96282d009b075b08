"""What tools/dev/leaves-nothing must report, and what it must accept."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[3] / "tools/dev/leaves-nothing"
# Prints its port, then serves.
SERVER = """import socket
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
signal = __import__("signal").pause()"""


def start(script, **environment):
    kept = {k: v for k, v in os.environ.items() if k != "TIDINGS_KEEP"}
    return subprocess.Popen(
        [TOOL, "--patience", "1", "sh", "-c", script, sys.executable, SERVER],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=kept | environment,
        start_new_session=True,
    )


def run(script, **environment):
    tool = start(script, **environment)
    out, complaints = tool.communicate(timeout=60)
    return tool.returncode, out, complaints


def alive(pid):
    try:
        return pathlib.Path("/proc", str(pid), "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class LeavesNothing(unittest.TestCase):
    def test_a_clean_command_keeps_its_exit_code_and_output(self):
        self.assertEqual((0, "said\n", ""), run("echo said; mkdir $TMPDIR/own; rmdir $TMPDIR/own"))
        self.assertEqual((3, "", ""), run("exit 3"))
        self.assertEqual((0, "y\n", ""), run("yes | head -n 1"), "signals are as without it")
        self.assertEqual((128 + signal.SIGKILL, "", ""), run("kill -KILL $$"))

    def test_a_daemon_is_reported_and_killed(self):
        code, out, complaints = run("(setsid sleep 61 </dev/null >/dev/null 2>&1 & echo $!)")
        self.assertEqual(1, code)
        self.assertIn(f"left behind: process {out.strip()}: sleep 61", complaints)
        self.assertFalse(alive(int(out)))

    def test_open_ports_are_reported(self):
        code, out, complaints = run(
            '"$0" -c "$1" 2>/dev/null >$TMPDIR/port & until [ -s $TMPDIR/port ]; do :; done;'
            " cat $TMPDIR/port; rm $TMPDIR/port"
        )
        self.assertEqual(1, code)
        self.assertIn(f"(listens on {out.strip()})", complaints)

    def test_a_process_that_soon_ends_is_not_reported(self):
        self.assertEqual((0, "", ""), run("sleep 0.3 &"))

    def test_a_file_is_reported_and_removed_with_its_folder(self):
        code, out, complaints = run("echo $TMPDIR; touch $TMPDIR/forgotten")
        self.assertEqual(1, code)
        self.assertIn("left behind: file or folder: forgotten", complaints)
        self.assertFalse(os.path.exists(out.strip()))

    def test_kept_files_are_not_removed(self):
        with tempfile.TemporaryDirectory() as here:
            self.assertEqual((0, "", ""), run("touch $TMPDIR/kept", TIDINGS_KEEP="1", TMPDIR=here))
            self.assertEqual(1, len(list(pathlib.Path(here).glob("*/kept"))))

    def test_a_failure_keeps_its_exit_code(self):
        self.assertEqual(7, run("touch $TMPDIR/forgotten; exit 7")[0])

    def test_after_an_interrupt_leftovers_are_killed_silently(self):
        tool = start("echo $$; sleep 62")
        pid = int(tool.stdout.readline())
        os.killpg(tool.pid, signal.SIGTERM)
        complaints = tool.communicate(timeout=60)[1]
        self.assertEqual((128 + signal.SIGTERM, ""), (tool.returncode, complaints))
        self.assertFalse(alive(pid))


if __name__ == "__main__":
    unittest.main()
