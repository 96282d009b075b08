"""Where the time goes, if a figure falls short: a profile of the process during its slice, if `perf` is installed."""

import re
import shutil
import subprocess
import time

import processes


def take(process: processes.Process, plan, name: str, slice_of_work) -> str:
    """Runs the slice once more under perf. A note for the report."""
    target = plan.folder / f"bench-profile-{re.sub('[^a-z0-9]+', '-', name.lower())}.txt"
    if shutil.which("perf") is None:
        return "no profile: perf is not installed"
    data = target.with_suffix(".perf")
    used = process.cpu_seconds()
    command = ["perf", "record", "-q", "-F", "499", "-g", "-p", str(process.pid), "-o", data]
    recorder = subprocess.Popen(
        [*command, "--", "sleep", str(plan.seconds)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    began = time.monotonic()
    try:
        slice_of_work()  # the process stands still but for it, which is longer than its seconds: it has to get going
        share = (process.cpu_seconds() - used) / (time.monotonic() - began)
    finally:
        recorder.wait(60)
    if recorder.returncode != 0:
        data.unlink(missing_ok=True)
        return "no profile: perf may not observe processes here"
    options = ["--stdio", "-i", data, "--percent-limit", "0.5", "-g", "none", "--sort"]
    text = "".join(
        processes.run(["perf", "report", children, *options, "symbol"]) for children in ("--no-children", "--children")
    )
    target.write_text("\n".join(line.rstrip(" -") for line in text.splitlines()) + "\n")
    data.unlink()
    return f"{share:.0%} of a core used; profile in {target}"
