"""messages_of.py FILE: each line {"channel": ..., "headers": ..., "payload": ...} must be a message that asyncapi.yaml
has in that channel, and of each channel in the file every message must be there."""

import json
import pathlib
import sys

import jsonschema

from documents_of import ROOT, load


class Messages:
    def __init__(self):
        self.root = load(ROOT / "services" / "todo-be" / "asyncapi.yaml")

    def resolved(self, item):
        while "$ref" in item:
            node = self.root
            for step in item["$ref"].removeprefix("#/").split("/"):
                node = node[step]
            item = node
        return item

    def of(self, channel):
        return {name: self.resolved(m) for name, m in self.root["channels"][channel]["messages"].items()}

    def problem(self, schema, value):
        """Nothing when it is right."""
        schema = {**schema, "components": self.root["components"]}
        checker = jsonschema.FormatChecker(["uuid"])
        error = jsonschema.exceptions.best_match(
            jsonschema.Draft202012Validator(schema, format_checker=checker).iter_errors(value)
        )
        return error and f"{error.json_path}: {error.message}"

    def problem_of(self, message, headers, payload):
        wrong = self.problem(message["payload"], payload)
        for trait in [] if headers is None else message.get("traits", []):
            wrong = wrong or self.problem(self.resolved(trait)["headers"], headers)
        return wrong


def main():
    messages, seen = Messages(), {}
    for line in pathlib.Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        sent = json.loads(line)
        found = {
            name: messages.problem_of(message, sent.get("headers"), sent["payload"])
            for name, message in messages.of(sent["channel"]).items()
        }
        fits = [name for name, wrong in found.items() if not wrong]
        if len(fits) != 1:
            sys.exit(f"{sent['channel']}: {len(fits)} messages fit {line}\n{json.dumps(found, indent=1)}")
        seen.setdefault(sent["channel"], set()).add(fits[0])
    for channel, names in seen.items():
        missing = set(messages.of(channel)) - names
        if missing:
            sys.exit(f"{channel}: {missing} did not come")
    print(sum(map(len, seen.values())))


if __name__ == "__main__":
    main()
