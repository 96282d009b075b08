"""read_files.py FOLDER: todos.csv and todos.ics must say what todos.json says, to Python's csv and to icalendar."""

import csv
import datetime
import json
import pathlib
import sys

import icalendar


def same(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: {found!r} instead of {expected!r}")


def as_typed(cell):
    return cell[1:] if cell.startswith("'") and cell.lstrip("'")[:1] in ("=", "+", "-", "@", "\t", "\n") else cell


def check_csv(path, todos):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, strict=True))
    same("rows of the CSV", len(rows), len(todos))
    for row, todo in zip(rows, todos):
        for name in ("title", "notes"):
            same(name, as_typed(row[name]), todo[name])
        for name in ("id", "priority"):
            same(name, row[name], todo[name])
        for name in ("due", "due_time_zone", "parent", "done_at"):
            same(name, row[name], todo[name] or "")
        same("done", row["done"], "true" if todo["done"] else "false")


def due_of(todo):
    text = todo["due"]
    if text is None or len(text) == 10:
        return text and datetime.date.fromisoformat(text)
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).replace(microsecond=0)


def labels_of(entry):
    given = entry.get("CATEGORIES")
    return [str(c) for c in given.cats] if given else []


def check_ics(path, todos):
    calendar = icalendar.Calendar.from_ical(path.read_bytes())
    entries = calendar.walk("VTODO")
    same("VTODOs", len(entries), len(todos))
    for entry, todo in zip(entries, todos):
        same("errors", entry.errors, [])
        same("UID", str(entry["UID"]), todo["id"])
        same("SUMMARY", str(entry["SUMMARY"]), todo["title"])
        same("DESCRIPTION", str(entry.get("DESCRIPTION", "")), todo["notes"])
        same("DUE", entry["DUE"].dt if "DUE" in entry else None, due_of(todo))
        same("STATUS", str(entry["STATUS"]), "COMPLETED" if todo["done"] else "NEEDS-ACTION")
        same("COMPLETED", "COMPLETED" in entry, todo["done"])
        same("CATEGORIES", labels_of(entry), todo["labels"])
        same("RELATED-TO", entry.get("RELATED-TO"), todo["parent"])


def main():
    folder = pathlib.Path(sys.argv[1])
    todos = json.loads((folder / "todos.json").read_text(encoding="utf-8"))
    check_csv(folder / "todos.csv", todos)
    check_ics(folder / "todos.ics", todos)


main()
