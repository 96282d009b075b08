"""Every body and every answer of every operation has an example, and each is what its schema says."""

import unittest

import jsonschema

from documents_of import PREFIXES, openapi


def bodies(document):
    """Where it is, the status or None, and each media type with its description."""
    for path, method, _, operation in document.operations():
        name = f"{method.upper()} {path}"
        body = document.resolved(operation.get("requestBody", {}))
        for kind, media in body.get("content", {}).items():
            yield f"{name}: body {kind}", None, kind, media
        for status, answer in operation["responses"].items():
            for kind, media in document.resolved(answer).get("content", {}).items():
                yield f"{name}: {status} {kind}", int(status), kind, media


class Examples(unittest.TestCase):
    def test_each_body_and_answer_has_one_and_it_is_valid(self):
        for service in PREFIXES:
            document = openapi(service)
            for where, status, kind, media in bodies(document):
                with self.subTest(f"{service}: {where}"):
                    values = [value for _, value in document.examples(media)]
                    self.assertTrue(values, "has no example")
                    schema = {**media["schema"], "components": document.components}
                    for value in values:
                        jsonschema.validate(value, schema, jsonschema.Draft202012Validator)
                    if kind == "application/problem+json":
                        self.assertIn(status, [value["status"] for value in values])

    def test_a_wrong_one_is_noticed(self):
        document = openapi("todo-be")
        schema = {"$ref": "#/components/schemas/NewTodo", "components": document.components}
        with self.assertRaises(jsonschema.ValidationError):
            jsonschema.validate({"title": ""}, schema, jsonschema.Draft202012Validator)


if __name__ == "__main__":
    unittest.main()
