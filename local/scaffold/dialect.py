"""`make dialect`: writes the first version of a dialect, which speaks the language of the imaginary vendor Toy.

docs/adding-a-dialect.md explains every file. Replace Toy's words by the vendor's, then delete the expectations and run
`make samples` again.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from local.bundle import ROOT
from local.errors import LocalError
from local.scaffold.texts import create, filled, insert_before

TOY = ROOT / "tests" / "toy"
DIALECTS = "layers/switchboard/switchboard/dialects"
MESSAGES = "tests/support/matrix/messages.py"
SCHEMAS = "tests/unit/dialects/test_schemas.py"
MODULES = ("__init__.py", "parse.py", "render.py", "tables.py")
# The places in which tests/architecture/test_dialects.py looks for names of dialects.
SEARCHED = ("bench", "chaos", "functions", "layers", "local", "workflows")
# Toy needs neither; ruff says so in the package, and not in the tests.
UNUSED = re.compile(r"(def (?:handshake\(arrival|render\(.*base_url): .*:)$", re.MULTILINE)
UNKNOWN = {"event": "custom", "call": "7", "at": "2026-03-02 09:00:30"}


def write(name: str, root: Path = ROOT) -> list[Path]:
    """Write every file of the dialect below `root`, and return the files. Raises LocalError for a taken name."""
    _check(name, root)
    package, samples = root / DIALECTS / name, root / "events" / "dialects" / name
    line = f'    "{name}": DialectEntry("switchboard.dialects.{name}"),\n'
    return [
        *(create(package / module, renamed((TOY / module).read_text(), name)) for module in MODULES),
        insert_before(root / DIALECTS / "registry.py", "}\n\n\ndef readers", line),
        *_samples(samples),
        create(root / f"docs/dialects/{name}.md", filled("dialect.md.txt", name=name, title=name.capitalize())),
        create(
            root / f"tests/unit/dialects/test_{name}.py",
            filled("test_dialect.py.txt", name=name, title=name.capitalize()),
        ),
        *(create(root / f"docs/schemas/{name}/{event}.json", schema(event, name)) for event in events()),
        insert_before(root / MESSAGES, "}\n\n\ndef name_of", f'    "{name}": lambda _, body: str(body["event"]),\n'),
        insert_before(
            root / SCHEMAS, "]\n\n\n@pytest.mark.parametrize((", f'    ("{name}", "bye", {{"event": "bye"}}),\n'
        ),
    ]


def _check(name: str, root: Path) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]+", name):
        raise LocalError(f"NAME={name} must be small letters and digits: a package, a path and a page are named so.")
    if (root / DIALECTS / name).exists():
        raise LocalError(f"The dialect {name} is there already: {DIALECTS}/{name}.")
    word = re.compile(rf"(?<![a-z]){name}(?![a-z])", re.IGNORECASE)
    for place in SEARCHED:
        for path in sorted((root / place).rglob("*.py")):
            if word.search(path.read_text()):
                used = path.relative_to(root)
                raise LocalError(f"{used} uses the word {name}; a dialect's name must mean the dialect alone.")


def events() -> list[str]:
    """Return the names of Toy's events, in the order of a call."""
    return [step["event"] for step in json.loads((TOY / "samples" / "out" / "answered.json").read_text())]


def _samples(folder: Path) -> Iterator[Path]:
    for event in events():
        yield create(folder / f"{event}.json", (TOY / "samples" / f"{event}.json").read_text())
    yield create(folder / "bad" / "nothing_right.json", (TOY / "samples" / "bad" / "nothing_right.json").read_text())
    yield create(folder / "bad" / "unknown_event.json", _json(UNKNOWN))
    yield create(folder / "out" / "answered.json", _json([{"event": event} for event in events()]))


def renamed(text: str, name: str) -> str:
    """Return a module of Toy's as a module of the dialect."""
    text = text.replace("tests.toy", f"switchboard.dialects.{name}").replace('"toy"', f'"{name}"')
    return re.sub(UNUSED, r"\1  # noqa: ARG001 - every dialect has the verb", text.replace("Toy", name.capitalize()))


def schema(event: str, name: str) -> str:
    """Return the JSON Schema of an event: the fields of its sample are required, other events' fields are allowed."""
    samples = {one: json.loads((TOY / "samples" / f"{one}.json").read_text()) for one in events()}
    fields = {field: value for sample in samples.values() for field, value in sample.items()}
    typed = {field: {"type": "integer" if isinstance(value, int) else "string"} for field, value in fields.items()}
    return _json(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": event,
            "description": f"{name.capitalize()}: write here what happened.",
            "type": "object",
            "properties": {**typed, "event": {"const": event}},
            "required": list(samples[event]),
            "additionalProperties": False,
        }
    )


def _json(content: object) -> str:
    return json.dumps(content, indent=2) + "\n"


def main() -> int:
    """Write the dialect that the argument names; print what was written, or why nothing was."""
    try:
        files = write(sys.argv[1])
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    for path in files:
        print(path.relative_to(ROOT))
    print("\nNow read docs/adding-a-dialect.md, and replace Toy's words by the vendor's in every file above.")
    print("`make goldens` writes the golden files of the dialect's pairs; it needs some minutes for a deployed hub.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
