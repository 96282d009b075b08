"""The examples of asyncapi.yaml are what it says of them. Real events: tests/integration/todo-be/asyncapi_test.cpp."""

import copy
import unittest

from messages_of import Messages


class Examples(unittest.TestCase):
    def test_each_is_valid(self):
        messages = Messages()
        for name, message in messages.root["components"]["messages"].items():
            for example in message.get("examples", []):
                self.assertIsNone(messages.problem_of(message, None, example["payload"]), name)

    def test_a_member_that_the_document_does_not_have_is_noticed(self):
        messages = Messages()
        message = messages.root["components"]["messages"]["created"]
        payload = copy.deepcopy(message["examples"][0]["payload"])
        payload["data"]["todo"]["colour"] = "red"
        self.assertIn("colour", messages.problem_of(message, None, payload))

    def test_each_change_has_its_own_message(self):
        messages = Messages()
        examples = [m["examples"][0]["payload"] for m in messages.of("todosEvents").values()]
        for message in messages.of("todosEvents").values():
            self.assertEqual([messages.problem_of(message, None, e) for e in examples].count(None), 1)


if __name__ == "__main__":
    unittest.main()
