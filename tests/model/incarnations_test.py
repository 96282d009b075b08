"""incarnations.pml, as designed and without its rule."""

import unittest

from search import finds_violation


class Incarnations(unittest.TestCase):
    def test_an_endpoint_created_again_under_its_name_begins_where_it_was_told_and_loses_nothing(self):
        self.assertFalse(finds_violation("incarnations.pml", [], 60))

    def test_without_an_incarnation_in_the_key_a_late_write_of_the_earlier_one_is_taken_for_its_own(self):
        self.assertTrue(finds_violation("incarnations.pml", ["KEY_BY_NAME"], 60))


if __name__ == "__main__":
    unittest.main()
