"""The page of an API: complete, without a script, without another host, whatever its document contains."""

import html.parser
import json
import unittest

from documents_of import PREFIXES, openapi, served
from page import page_of

VOID = {"meta", "link", "br", "img", "input"}


class Elements(html.parser.HTMLParser):
    """Names, ids and links; fails where tags do not nest."""

    def __init__(self, text):
        super().__init__()
        self.names, self.ids, self.links, self.attributes, self.open = set(), [], [], set(), []
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, name, attributes):
        self.names.add(name)
        self.attributes |= {key for key, _ in attributes}
        self.ids += [value for key, value in attributes if key == "id"]
        self.links += [value for key, value in attributes if key in ("href", "src")]
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name):
        assert self.open and self.open.pop() == name, f"</{name}> closes {self.open}"


class Page(unittest.TestCase):
    def test_it_has_each_operation_and_no_link_leads_nowhere(self):
        for service, prefix in PREFIXES.items():
            elements = Elements(served(service)[f"{prefix}/docs"])
            self.assertEqual(len(elements.ids), len(set(elements.ids)))
            for _, _, _, operation in openapi(service).operations():
                self.assertIn(operation["operationId"], elements.ids)
            for link in elements.links:
                if link.startswith("#"):
                    self.assertIn(link[1:], elements.ids)
                else:
                    self.assertIn(f"{prefix}/{link}", list(served(service)))

    def test_it_needs_no_script_no_inline_style_and_no_other_host(self):
        for service, prefix in PREFIXES.items():
            elements = Elements(served(service)[f"{prefix}/docs"])
            self.assertFalse(elements.names & {"script", "style", "iframe", "img", "form"})
            self.assertFalse({a for a in elements.attributes if a.startswith("on")} | elements.attributes & {"style"})
            self.assertNotIn("url(", served(service)[f"{prefix}/docs.css"])

    def test_what_a_document_says_is_text(self):
        attack = '<script>x</script>"><img src=x onerror=x>'
        operation = {
            "operationId": attack,
            "tags": ["t"],
            "summary": attack,
            "responses": {"200": {"description": attack}},
        }
        root = {
            "info": {"title": attack, "version": attack, "description": attack},
            "tags": [{"name": "t", "description": attack}],
            "paths": {"/" + attack: {"get": operation}},
            "components": {"schemas": {attack: {"description": attack, "properties": {attack: {"default": attack}}}}},
        }
        self.assertFalse(Elements(page_of(root, False)).names & {"script", "img"})

    def test_the_json_is_that_of_the_document(self):
        for service, prefix in PREFIXES.items():
            self.assertEqual(json.loads(served(service)[f"{prefix}/openapi.json"]), openapi(service).root)


if __name__ == "__main__":
    unittest.main()
