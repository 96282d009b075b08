"""clang-tidy over our sources, remembering what was clean.

usage: tidy.py CLANG_TIDY BUILD_DIR CACHE_DIR JOBS

A file is checked again when it, anything of ours that it includes (however deep), its compile command, .clang-tidy or
clang-tidy itself has changed. Tests and benchmarks are not checked: Catch2's macros are not ours to judge.

Nearly all of clang-tidy's time goes into Boost's headers, so neighbours with the same flags are checked as one
translation unit; a group in which two files share a local name does not compile, and is halved until it does. What is
remembered is the group: a file is never clean only because of what else happened to be looked at on this machine.
"""

import concurrent.futures
import hashlib
import itertools
import json
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECKED = ("libs", "services", "tools")
GROUP = 6
PRECOMPILED = re.compile(r"-Xclang -include(-pch)? -Xclang \S+|-Winvalid-pch|-fpch-instantiate-templates")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


class Source:
    def __init__(self, entry, salt):
        self.path = pathlib.Path(entry["file"])
        words = shlex.split(entry["command"])
        # The compiler's name may follow ccache's; -o, -c and -M* belong to one file only.
        start = next(i for i, word in enumerate(words) if "clang" in word or "g++" in word or "c++" in word) + 1
        self.flags = without_precompiled(words[start : words.index("-MD") if "-MD" in words else words.index("-o")])
        roots = [pathlib.Path(word[2:]) for word in self.flags if word.startswith("-I")]
        digest = hashlib.sha256(salt + " ".join(self.flags).encode())
        for file in sorted(our_includes(self.path, roots, set())):
            digest.update(str(file).encode() + file.read_bytes())
        self.fingerprint = digest.hexdigest()


def without_precompiled(words):
    """A file must include what it uses."""
    return shlex.split(PRECOMPILED.sub("", shlex.join(words)))


def our_includes(path, roots, seen):
    """Every file of ours that `path` includes, including itself."""
    if path not in seen:
        seen.add(path)
        for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            found = next((f for root in (path.parent, *roots) if (f := (root / name).resolve()).is_file()), None)
            if found and ROOT in found.parents:
                our_includes(found, roots, seen)
    return seen


class Tidy:
    def __init__(self, tool, cache):
        self.tool = tool
        self.cache = cache
        self.looked_at = 0  # files, counted again for each run that they are part of
        self.findings = {}  # "file:line:col: error: ... [check]" -> the lines that explain it, each finding once

    def clean(self, group):
        """The file that stands for: this group was clean."""
        return self.cache / hashlib.sha256("".join(source.fingerprint for source in group).encode()).hexdigest()

    def check(self, group):
        """Whether the group is clean."""
        marker = self.clean(group)
        if marker.exists():
            return True
        result = self.run(group)
        self.looked_at += len(group)
        clean = result.returncode == 0
        if not clean and len(group) > 1 and "[clang-diagnostic-error]" in result.stdout:
            half = len(group) // 2
            clean = all([self.check(group[:half]), self.check(group[half:])])
        elif not clean:
            self.note(result.stdout or result.stderr)
        if clean:
            marker.touch()
        return clean

    def run(self, group):
        file = group[0].path
        if len(group) > 1:
            # In the cache folder it is still below the root's .clang-tidy.
            file = self.cache / f"{group[0].fingerprint}-{len(group)}.cpp"
            file.write_text("".join(f'#include "{source.path}"  // NOLINT\n' for source in group), encoding="utf-8")
        command = [self.tool, "--quiet", str(file), "--", *group[0].flags]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if len(group) > 1:
            file.unlink()
        return result

    def note(self, output):
        for finding in re.split(r"^(?=\S+:\d+:\d+: (?:error|warning))", output, flags=re.MULTILINE):
            title, _, rest = finding.partition("\n")
            if title and title not in self.findings:
                self.findings[title] = rest
                print(title, rest, sep="\n", flush=True)


def groups_of(sources):
    """Neighbours, in one folder and with the same flags."""
    for _, neighbours in itertools.groupby(sources, key=lambda s: (s.path.parent, s.flags)):
        yield from iter(lambda n=neighbours: list(itertools.islice(n, GROUP)), [])


def main(tool, build, cache, jobs):
    folder = pathlib.Path(cache)
    folder.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([tool, "--version"], capture_output=True, check=True).stdout
    salt = version + (ROOT / ".clang-tidy").read_bytes()
    ours = tuple(f"{ROOT / room}/" for room in CHECKED)
    entries = json.loads(pathlib.Path(build, "compile_commands.json").read_text(encoding="utf-8"))
    sources = [Source(entry, salt) for entry in entries if entry["file"].startswith(ours)]
    sources.sort(key=lambda s: (s.path, s.flags))
    tidy = Tidy(tool, folder)
    with concurrent.futures.ThreadPoolExecutor(int(jobs)) as pool:
        list(pool.map(tidy.check, list(groups_of(sources))))
    print(f"clang-tidy: {len(sources)} files, {tidy.looked_at} looked at, {len(tidy.findings)} findings")
    return 1 if tidy.findings else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
