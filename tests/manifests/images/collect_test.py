"""What an image holds of Debian is what a scanner finds: docker/stage/collect, run on this machine for this build."""

import copy
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import sbom_rules

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("TIDINGS_BUILD_DIR", ROOT / "build/release"))
# An advisory: openssl is good from this version on.
FIXED = {"openssl": "3.0.2-1"}


class Scanned(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.image = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        environment = os.environ | {"IMAGE_ROOT": str(cls.image), "SOURCE_DATE_EPOCH": "0"}
        subprocess.run(
            [ROOT / "docker/stage/collect", "todo-be", BUILD / "bin/todo-be"], env=environment, check=True, timeout=60
        )
        cls.bill = json.loads((cls.image / "usr/share/sbom/todo-be.spdx.json").read_text(encoding="utf-8"))

    def test_the_bill_and_the_image_say_the_same_of_every_package(self):
        self.assertEqual([], sbom_rules.problems(self.bill))
        seen = sbom_rules.seen_in_the_image(self.image)
        self.assertEqual(set(sbom_rules.debian_packages(self.bill)), set(seen))
        self.assertEqual(sbom_rules.seen_by_a_scanner(self.bill), set(seen.values()))
        self.assertIn("openssl", {source for source, _ in seen.values()})

    def test_an_old_openssl_is_found_and_todays_is_not(self):
        self.assertEqual(set(), sbom_rules.vulnerable(sbom_rules.seen_by_a_scanner(self.bill), FIXED))
        self.assertEqual(
            {"openssl"}, sbom_rules.vulnerable(sbom_rules.seen_by_a_scanner(self.with_old_openssl()), FIXED)
        )

    def test_without_its_operating_system_a_bill_hides_everything(self):
        bill = self.with_old_openssl()
        bill["packages"] = [p for p in bill["packages"] if p.get("primaryPackagePurpose") != "OPERATING-SYSTEM"]
        self.assertEqual(set(), sbom_rules.vulnerable(sbom_rules.seen_by_a_scanner(bill), FIXED))

    def with_old_openssl(self):
        bill = copy.deepcopy(self.bill)
        library = next(p for p in bill["packages"] if p["name"].startswith("libssl3"))
        library["sourceInfo"] = "built package from: openssl 3.0.1-1"
        return bill


if __name__ == "__main__":
    unittest.main()
