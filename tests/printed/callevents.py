"""The multichannel-number service's printed schemas and examples (call-events-webhook). The service is the server."""

from __future__ import annotations

from typing import Any

from tests.printed.table import Case, Role, check, files_of
from tests.unit.builders import parsed, played, rendered_as, sample

SCHEMAS = tuple(name for name in files_of("callevents") if name.endswith(".schema.json"))
EXAMPLES = tuple(name for name in files_of("callevents") if name not in SCHEMAS)
TYPES: dict[str, type] = {"string": str, "integer": int}
UNCHECKED: dict[str, str] = {}


@check("callevents", Role.CLIENT, *EXAMPLES)
def _(case: Case) -> None:
    """The webhook of a source takes the hook as printed."""
    answer = case.hub.request("POST", f"/webhooks/callevents/{case.source().id}", case.text)
    event = parsed("callevents", case.shown)
    assert (answer.status, event.name, event.external_id) == (200, case.shown["HookType"], case.shown["SessionID"])
    assert event.caller
    assert (event.caller.received, event.cause) == (case.shown["Caller"], case.shown.get("ResultCode"))


@check("callevents", Role.SERVER, *EXAMPLES)
def _(case: Case) -> None:
    """A receiver gets the printed hook, filled up with what the schema requires and the print lacks."""
    (hook,) = rendered_as("callevents", played([parsed("callevents", case.shown)])[-1])
    assert hook.body.items() >= case.shown.items()


@check("callevents", Role.SERVER, *SCHEMAS)
def _(case: Case) -> None:
    """Hooks of IS.VPBX's calls have the required fields in the printed types; a result is text (ruling 1)."""
    found = [body for body in _hooks() if body["HookType"] == _hook_of(case.file)]
    assert found
    properties = case.shown["properties"]
    for body in found:
        assert body.keys() >= set(case.shown["required"])
        for name, value in body.items():
            kind = "string" if name == "ResultCode" else properties[name]["type"]
            assert isinstance(value, TYPES[kind]), (name, value)


@check("callevents", Role.CLIENT, *SCHEMAS)
def _(case: Case) -> None:
    """A hook with the required fields alone is read."""
    body = {name: _value(name, case.file) for name in case.shown["required"]}
    answer = case.hub.request("POST", f"/webhooks/callevents/{case.source().id}", body)
    event = parsed("callevents", body)
    assert (answer.status, event.name, event.external_id) == (200, body["HookType"], body["SessionID"])


def _hook_of(file: str) -> str:
    return "".join(word.capitalize() for word in file.split(".", maxsplit=1)[0].split("-")[1:])


def _value(name: str, file: str) -> Any:
    if name == "HookType":
        return _hook_of(file)
    if name in {"StartTime", "EndTime", "StartDuration"}:
        return "2019-02-26 23:46:52"
    return 5 if name == "Duration" else f"{name}-1"


def _hooks() -> list[Any]:
    names = (
        ("start_call", "local_in_call", "start_talk", "end_call"),
        ("start_call", "local_in_call", "end_call_busy"),
        ("start_call_outgoing", "start_talk", "end_call"),
    )
    stories = (played(parsed("vpbx", sample(f"vpbx/{name}") | {}) for name in story) for story in names)
    return [hook.body for story in stories for told in story for hook in rendered_as("callevents", told)]
