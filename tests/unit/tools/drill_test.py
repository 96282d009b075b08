"""What ./dev drill says of a run: a fault in an endpoint's events is found, whatever its kind, and a late owner too."""

import pathlib
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "tools"))

from drill.bounds import SPAN, STEPS, held_up, late, stood_still, worst_wait
from drill.ownership import OWNED, RELEASED, STARTED, STOPPING, Change, Ownership, Wait
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
        self.assertEqual(o.takeovers(0, 5), [Wait(0, 5, 9, 1)])
        self.assertEqual(o.owners(), {0: 1, 1: 0})

    def test_who_started_anew_owns_nothing_yet(self):
        o = Ownership([Change(1, 0, OWNED, 0), Change(2, 0, STARTED)])
        self.assertEqual(o.owners(), {})

    def test_a_handover_lasts_from_the_release_by_a_replica_that_stops(self):
        stop = [Change(1, 0, OWNED, 0), Change(2, 0, STOPPING), Change(3, 0, RELEASED, 0), Change(5, 1, OWNED, 0)]
        self.assertEqual(Ownership(stop).handovers(), [Wait(0, 3, 5, 1)])
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

    def test_a_shard_that_nobody_takes_waits_for_ever(self):
        self.assertEqual(Ownership([Change(1, 0, OWNED, 0)]).takeovers(0, 5)[0].seconds, float("inf"))


class Bounds(unittest.TestCase):
    def test_what_is_in_time_is_well(self):
        self.assertEqual(late([Wait(0, 10, 15, 1)], 5, lambda w: 0), ([], []))

    def test_what_is_late_by_more_than_the_machine_took_is_a_fault_and_tells_the_figures(self):
        missed, excused = late([Wait(3, 10, 15.75, 1)], 5, lambda w: 0.5)
        self.assertEqual(excused, [])
        self.assertIn("shard 3 waited 5.750 s", missed[0])
        self.assertIn("0.500 s", missed[0])

    def test_what_the_machine_may_explain_is_told_and_is_no_fault(self):
        missed, excused = late([Wait(3, 10, 15.75, 1)], 5, lambda w: 1)
        self.assertEqual(missed, [])
        self.assertIn("1.000 s", excused[0])

    def test_no_owner_at_all_is_late_on_any_machine(self):
        self.assertEqual(len(late([Wait(0, 10)], 5, lambda w: 1e6)[0]), 1)

    @staticmethod
    def waiting(seconds):
        """A sample each second; in each of them threads became ready ten times, and waited so long together."""
        samples, total = [(0, {"nats": (0, 0)})], 0
        for n, more in enumerate(seconds, 1):
            total += more
            samples.append((n, {"nats": (total, 10 * n)}))
        return samples

    def test_a_wait_is_that_of_the_worst_moments_around_a_takeover(self):
        samples = self.waiting([0.1] * 20 + [0.5] * SPAN + [0.1] * 20)
        self.assertAlmostEqual(worst_wait(samples, "nats", 22, 22.1), 0.05)
        self.assertAlmostEqual(worst_wait(samples, "nats", 0, 45), 0.05)
        self.assertAlmostEqual(worst_wait(samples, "nats", 40, 45), 0.01)
        self.assertAlmostEqual(held_up(samples, ["other", "nats"], 40, 45), STEPS * 0.01)

    def test_what_was_not_seen_is_no_excuse(self):
        self.assertEqual(worst_wait(self.waiting([0.1] * 9), "other", 2, 4), 0)
        self.assertEqual(held_up([], ["nats"], 2, 4), 0)

    def test_the_counters_of_a_process_that_was_started_anew_begin_again(self):
        samples = [(n, {"nats": (9, 9) if n < 5 else (0, 0)}) for n in range(20)]
        self.assertEqual(worst_wait(samples, "nats", 0, 20), 0)

    def test_a_loop_that_stood_still_held_up_what_went_through_it(self):
        samples = [(n, {"drill": (1.5 if n > 5 else 0.25, n)}) for n in range(10)]
        self.assertEqual(stood_still(samples, "drill", 2, 8), 1.25)
        self.assertEqual(stood_still(samples, "drill", 5.5, 5.6), 1.25)
        self.assertEqual(stood_still(samples, "drill", 7, 8), 0)
        self.assertEqual(stood_still(samples, "drill", 7, float("inf")), 0)


if __name__ == "__main__":
    unittest.main()
