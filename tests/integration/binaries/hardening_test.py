"""Hardening by the compiler and linker of every program, read from the binaries.

usage: hardening_test.py FOLDER    (the folder of the programs, such as build/release/bin)
"""

import pathlib
import subprocess
import sys
import unittest

FOLDER = None


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def programs():
    """Every ELF file of the folder."""
    return [p for p in sorted(FOLDER.iterdir()) if p.is_file() and p.read_bytes()[:4] == b"\x7fELF"]


class Hardening(unittest.TestCase):
    def each(self):
        for program in programs():
            with self.subTest(program=program.name):
                yield program

    def test_services_and_receiver_are_checked(self):
        names = {p.name for p in programs()}
        self.assertLessEqual({"todo-be", "broadcaster", "todo-cron", "receiver"}, names)

    def test_programs_are_position_independent_with_full_relro(self):
        for program in self.each():
            dynamic = output_of("readelf", "-dW", program)
            self.assertRegex(dynamic, r"FLAGS_1\).*\bNOW\b.*\bPIE\b")
            self.assertIn("GNU_RELRO", output_of("readelf", "-lW", program))

    def test_no_stack_is_executable(self):
        for program in self.each():
            self.assertRegex(output_of("readelf", "-lW", program), r"GNU_STACK\s+(0x\w+\s+){5}RW\s")

    def test_stack_protector_fortify_and_library_assertions_are_enabled(self):
        for program in self.each():
            wanted = output_of("nm", "-D", "--undefined-only", program)
            self.assertIn("__stack_chk_fail", wanted)
            self.assertRegex(wanted, r"__(mem|str|v?sn?printf|fprintf|printf|read|recv|fd)\w*_chk")
            self.assertIn("__glibcxx_assert_fail", wanted)

    def test_shadow_stack_and_branch_targets_are_enabled(self):
        for program in self.each():
            self.assertRegex(output_of("readelf", "-nW", program), r"x86 feature:.*SHSTK")
            self.assertIn("endbr64", output_of("objdump", "-d", "--disassemble=main", "--no-show-raw-insn", program))


if __name__ == "__main__":
    FOLDER = pathlib.Path(sys.argv.pop())
    unittest.main(verbosity=2)
