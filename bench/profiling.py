"""Where the time goes, when a figure falls short: a profile of the process while its slice runs, if `perf` is there."""

import pathlib
import shutil
import subprocess

import processes


def take(process: processes.Process, seconds: int, slice_of_work, target: pathlib.Path) -> str:
    """Runs the slice once more under perf. A note for the report."""
    if shutil.which("perf") is None:
        return "no profile: perf is not installed"
    data = target.with_suffix(".perf")
    recorder = subprocess.Popen(["perf", "record", "-q", "-F", "499", "-g", "-p", str(process.pid), "-o", data, "--",
                                 "sleep", str(seconds)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        slice_of_work()
    finally:
        recorder.wait(60)
    if recorder.returncode != 0:
        return "no profile: perf may not observe processes here"
    options = ["--stdio", "-i", data, "--percent-limit", "0.5", "-g", "none", "--sort"]
    target.write_text(processes.run(["perf", "report", "--no-children", *options, "symbol"]) +
                      processes.run(["perf", "report", "--children", *options, "symbol"]))
    data.unlink()
    return f"profile in {target}"
