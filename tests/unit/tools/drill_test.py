"""What ./dev drill says of a run: a fault in an endpoint's events is found, whatever its kind."""

import pathlib
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "tools"))

from drill.ownership import OWNED, RELEASED, STARTED, STOPPING, Change, Ownership
from drill.publisher import Stored
from drill.verdict import DELETED_FOR, Expectation, arrivals, judge

STORED = {"a1": Stored("S", 1, "a"), "b2": Stored("S", 2, "b"), "a3": Stored("S", 3, "a"), "other": Stored("T", 3, "a")}


def judged(order, ordering="none", **more):
    accepted = [(n, event_id) for n, event_id in enumerate(order.split())]
    return judge(Expectation("/e", "S", ordering, **more), STORED, accepted)


class Verdicts(unittest.TestCase):
    def test_all_in_order_is_well(self):
        for ordering in ("none", "per-key", "strict"):
            self.assertTrue(judged("a1 b2 a3", ordering).ok)

    def test_what_was_acknowledged_and_did_not_arrive_is_lost(self):
        self.assertEqual(judged("a1 a3").lost, 1)
        self.assertEqual(judged("").lost, 3)

    def test_a_later_one_first_is_disorder_where_order_was_promised(self):
        for order, per_key, strict in (("b2 a1 a3", 0, 1), ("a3 b2 a1", 1, 2), ("a3 a1 b2", 1, 2)):
            self.assertEqual(judged(order, "none").out_of_order, 0)
            self.assertEqual(judged(order, "per-key").out_of_order, per_key)
            self.assertEqual(judged(order, "strict").out_of_order, strict)

    def test_an_event_that_comes_again_is_repeated_and_its_first_arrival_counts(self):
        v = judged("a1 b2 a3 a1", "strict")
        self.assertEqual((v.repeated, v.out_of_order, v.ok), (1, 0, True))

    def test_an_endpoint_gets_nothing_from_before_it_was_created_nor_of_another_stream(self):
        self.assertTrue(judged("b2 a3", first=2).ok)
        self.assertEqual(judged("a1 b2 a3", first=2).uncalled, 1)
        self.assertEqual(judged("a1 b2 a3 other").uncalled, 1)

    def test_a_deleted_endpoint_may_miss_what_it_likes_and_gets_nothing_long_after(self):
        self.assertTrue(judged("a1", deleted_at=0).ok)
        late = judge(Expectation("/e", "S", "none", deleted_at=0), STORED, [(DELETED_FOR + 1, "a1")])
        self.assertEqual(late.uncalled, 1)

    def test_arrivals_are_read_by_path_in_their_order(self):
        self.assertEqual(arrivals("5 /e b\n6 /f a\n6 /e a\n"), {"/e": [(5, "b"), (6, "a")], "/f": [(6, "a")]})

    def test_a_line_that_is_being_written_is_no_arrival_yet(self):
        for half in ("6", "6 /e", "6 /e a"):
            self.assertEqual(arrivals("5 /e b\n" + half), {"/e": [(5, "b")]})


class Ownerships(unittest.TestCase):
    def test_a_takeover_lasts_from_the_blow_to_the_next_owner(self):
        o = Ownership([Change(1, 0, OWNED, 0), Change(1, 1, OWNED, 1), Change(9, 1, OWNED, 0), Change(12, 0, OWNED, 1)])
        self.assertEqual(o.takeovers(0, 5), [4])
        self.assertEqual(o.owners(), {0: 1, 1: 0})

    def test_who_started_anew_owns_nothing_yet(self):
        o = Ownership([Change(1, 0, OWNED, 0), Change(2, 0, STARTED)])
        self.assertEqual(o.owners(), {})

    def test_a_handover_lasts_from_the_release_by_a_replica_that_stops(self):
        stop = [Change(1, 0, OWNED, 0), Change(2, 0, STOPPING), Change(3, 0, RELEASED, 0), Change(5, 1, OWNED, 0)]
        self.assertEqual(Ownership(stop).handovers(), [2])
        self.assertEqual(Ownership([c for c in stop if c.what != STOPPING]).handovers(), [])

    def test_a_new_owner_may_be_quicker_than_the_log_of_the_one_before(self):
        o = Ownership(
            [Change(0, 0, STOPPING), Change(1, 0, OWNED, 0), Change(2, 1, OWNED, 0), Change(3, 0, RELEASED, 0)]
        )
        self.assertEqual(o.handovers(), [])
        self.assertEqual(o.taken_early(), [])

    def test_a_shard_taken_from_who_has_just_taken_it_has_two_owners(self):
        taken = [Change(1, 0, OWNED, 0), Change(1.5, 1, OWNED, 0)]
        self.assertEqual(Ownership(taken).taken_early(), [(0, 0.5)])
        for between in (Change(1.2, 0, RELEASED, 0), Change(1.2, 0, STARTED)):
            self.assertEqual(Ownership([*taken, between]).taken_early(), [])
        self.assertEqual(Ownership([Change(1, 0, OWNED, 0), Change(5, 1, OWNED, 0)]).taken_early(), [])


if __name__ == "__main__":
    unittest.main()
