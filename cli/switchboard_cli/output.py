"""What the command prints: tables for people, JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table


class Output:
    """Prints answers. With `as_json` each answer is JSON on the standard output, and nothing else is printed there."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.console = Console(soft_wrap=True, highlight=False)

    def say(self, text: str) -> None:
        """Print a sentence for people."""
        if not self.as_json:
            self.console.print(escape(text))

    def data(self, value: Any) -> None:
        """Print the answer itself as JSON, if JSON is wanted."""
        if self.as_json:
            typer.echo(json.dumps(value, ensure_ascii=False, indent=2))

    def line(self, value: Mapping[str, Any], text: str) -> None:
        """Print one entry of a list without an end: JSON on a line, or a text."""
        typer.echo(json.dumps(value, ensure_ascii=False) if self.as_json else text)

    def table(self, entries: Sequence[Mapping[str, Any]], columns: Mapping[str, str], empty: str) -> None:
        """Print entries as a table. `columns` are paths such as `last_answer.status`, and their headings."""
        if self.as_json:
            self.data(list(entries))
            return
        if not entries:
            self.say(empty)
            return
        table = Table(box=None, header_style="bold", pad_edge=False)
        for heading in columns.values():
            table.add_column(heading, overflow="fold")
        for entry in entries:
            table.add_row(*(escape(shown(found(entry, path))) for path in columns))
        self.console.print(table)


def found(entry: Any, path: str) -> Any:
    """Return the value at a path of names; None where a name is absent."""
    for name in path.split("."):
        entry = entry.get(name) if isinstance(entry, Mapping) else None
    return entry


def shown(value: Any) -> str:
    """Return a value as a cell: a telephone number in E.164 if the number is known, an empty text for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping) and "received" in value:
        return str(value.get("e164") or value["received"] or "hidden")
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {one}" for name, one in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(shown, value))
    return str(value)
