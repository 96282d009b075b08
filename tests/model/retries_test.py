"""retries.pml, as designed and with each of its rules broken."""

import re
import unittest

from search import HERE, Incomplete, finds_violation

SMALL = ["N=2", "OWNERS=2", "FAILS=1", "RESENDS=0"]

# Two or three messages of a key, or two and one of another; owners, failures, writes sent twice and endpoints paused.
HISTORIES = {
    "a store is sent twice, two attempts fail": ["N=2", "OWNERS=2", "FAILS=2", "RESENDS=1"],
    "a store is sent twice, the endpoint is paused": ["N=2", "OWNERS=2", "FAILS=1", "RESENDS=1", "REWINDS=1"],
    "three messages of a key": ["N=3", "OWNERS=2", "FAILS=1", "RESENDS=0"],
    "a message of another key between": ["N=3", "OTHER=1", "OWNERS=2", "FAILS=1", "RESENDS=1"],
    "three owners": ["N=2", "OWNERS=3", "FAILS=1", "RESENDS=0"],
    "the endpoint has a position of its own": ["N=2", "OWNERS=2", "FAILS=2", "RESENDS=0", "OWN_POSITION"],
}

# Each is a rule of the design broken: an #ifdef in the model.
PLANTED = [
    "COUNT_BEFORE_STORED",
    "LOAD_BEFORE_SHARD",
    "LOAD_TO_FENCE",
    "LOAD_WHAT_LAGS",
    "DELETE_OLD_EPOCHS",
    "DELETE_UNSETTLED",
    "OUT_OF_ORDER",
    "FREE_WHILE_STORING",
    "ATTEMPT_UNREAD",
    "ATTEMPT_LATE",
    "ATTEMPT_WHILE_LOADING",
]
# These are found also where the endpoint has a position of its own, which its shard's key does not fence.
WITH_OWN_POSITION = [
    "COUNT_BEFORE_STORED",
    "LOAD_BEFORE_SHARD",
    "LOAD_TO_FENCE",
    "LOAD_WHAT_LAGS",
    "DELETE_OLD_EPOCHS",
    "DELETE_UNSETTLED",
    "NAME_EPOCH_EARLY",
]
UNKEPT = "NEVER_TWICE"  # more than the design promises
SPARE = ["DELETE_BY_SUBJECT", "STORE_OVER_ANY", "NEXT_BEFORE_DELETED"]  # kept for other reasons: see README.md
BOUNDS = {
    "N",
    "OTHER",
    "OWNERS",
    "FAILS",
    "RESENDS",
    "REWINDS",
    "OWN_POSITION",
}  # bounds of the search, not rules of the design


def finds(defines, seconds=120, **limits):
    return finds_violation("retries.pml", defines, seconds, **{"memory": 1_000, **limits})


class Retries(unittest.TestCase):
    def test_no_path_loses_a_message_or_breaks_the_order(self):
        for name, history in HISTORIES.items():
            with self.subTest(name):
                self.assertFalse(finds(history))

    def test_each_planted_fault_is_detected(self):
        for rule in PLANTED:
            with self.subTest(rule):
                self.assertTrue(finds([*SMALL, rule]))

    def test_each_planted_fault_is_detected_where_the_endpoint_has_a_position_of_its_own(self):
        for rule in WITH_OWN_POSITION:
            with self.subTest(rule):
                self.assertTrue(finds([*SMALL, "OWN_POSITION", rule]))

    def test_a_new_owner_may_repeat_what_was_stored_after_its_successor_was_delivered(self):
        self.assertTrue(finds([*SMALL, UNKEPT]))

    def test_rules_that_keep_nothing_from_being_lost_or_out_of_order(self):
        for rule in SPARE:
            with self.subTest(rule):
                self.assertFalse(finds(["N=2", "OWNERS=2", "FAILS=2", "RESENDS=1", rule]))

    def test_every_rule_has_a_planted_fault(self):
        text = "".join((HERE / name).read_text(encoding="utf-8") for name in ("retries.pml", "own_position.pml"))
        rules = set(re.findall(r"^#ifn?def ([A-Z_]+)$", text, re.MULTILINE)) - BOUNDS
        self.assertEqual(rules, {*PLANTED, *WITH_OWN_POSITION, *SPARE, UNKEPT})

    def test_a_search_cut_short_proves_nothing(self):
        for limits in ({"depth": 20}, {"memory": 50}):
            with self.subTest(limits), self.assertRaises(Incomplete):
                finds(["N=3", "OWNERS=3", "FAILS=2", "RESENDS=1"] if "memory" in limits else SMALL, **limits)


if __name__ == "__main__":
    unittest.main()
