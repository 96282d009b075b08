"""positions.pml, as designed and with each of its rules broken."""

import re
import unittest

from search import HERE, Incomplete, finds_violation

# Two events, published beforehand, for one endpoint: it leaves the shared reader twice and is paused once, while owners
# come and go; its attempts are left out, so that every path is seen within seconds.
TWO_OWNERS = ["LOADS=2", "LEAVES=2", "LETS=1", "ALL_PUBLISHED", "NO_ATTEMPTS"]
THREE_OWNERS = ["LOADS=3", "LEAVES=1", "LETS=0", "ALL_PUBLISHED", "NO_ATTEMPTS"]

# Each is a rule of the design broken: an #ifdef in the model.
PLANTED = {
    "LEAVE_WITHOUT_ACK": TWO_OWNERS,
    "LEAVE_WITH_REMOVAL_UNDER_WAY": TWO_OWNERS,
    "DELETE_EARLY": TWO_OWNERS,
    "DELETE_WITH_WRITE_UNDER_WAY": TWO_OWNERS,
    "ATTACH_BEHIND": TWO_OWNERS,
    "READ_OWN_FIRST": TWO_OWNERS,
    "NAME_EPOCH_EARLY": TWO_OWNERS,
    "ONE_EPOCH": TWO_OWNERS,
    "POSITION_WITHOUT_REVISION": THREE_OWNERS,
    "REMOVE_ALL_BUT_MINE": THREE_OWNERS,
}


BOUNDS = {"LOADS", "LEAVES", "LETS", "ALL_PUBLISHED", "NO_ATTEMPTS"}  # bounds of the search, not rules of the design


class Positions(unittest.TestCase):
    def test_no_path_loses_an_event(self):
        self.assertFalse(finds_violation("positions.pml", TWO_OWNERS, 300))

    def test_each_planted_fault_is_detected(self):
        for rule, history in PLANTED.items():
            with self.subTest(rule):
                self.assertTrue(finds_violation("positions.pml", [*history, rule], 120))

    def test_every_rule_has_a_planted_fault(self):
        text = (HERE / "positions.pml").read_text(encoding="utf-8")
        rules = set(re.findall(r"^#ifn?def ([A-Z_]{2,})$", text, re.MULTILINE)) - BOUNDS
        self.assertEqual(rules, set(PLANTED))

    def test_an_incomplete_search_proves_nothing(self):
        with self.assertRaises(Incomplete):
            finds_violation("positions.pml", ["LOADS=3", "LEAVES=3", "LETS=3"], 1)


if __name__ == "__main__":
    unittest.main()
