"""Tests a module of rules: production is valid; broken in one place, the right rule reports it."""

from . import RULES
from .sample import Environment


class Refusals:
    """room: the module; broken: (rule, a part of its message, a function that breaks the environment)."""

    room = None
    components = ()
    broken = ()

    def test_production_is_valid(self):
        objects = Environment(components=self.components).objects
        for rule in self.room.RULES:
            self.assertEqual(list(rule(objects)), [], rule.__name__)

    def test_broken_objects_are_rejected(self):
        rules = {rule.__name__: rule for rule in self.room.RULES}
        for number, (name, words, break_it) in enumerate(self.broken):
            with self.subTest(rule=name, words=words, number=number):
                environment = Environment(components=self.components)
                break_it(environment)
                said = list(rules[name](environment.objects))
                self.assertTrue(any(words in text for text in said), f"{name} should say '{words}', it says {said}")

    def test_every_rule_is_applied_to_every_overlay(self):
        self.assertLessEqual(set(self.room.RULES), set(RULES))

    def test_every_rule_is_tested(self):
        self.assertEqual({r.__name__ for r in self.room.RULES} - {name for name, *_ in self.broken}, set())
