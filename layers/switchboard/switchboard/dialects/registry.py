"""The dialects by name. A module is imported when it is first asked for, so a function loads only its own."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from switchboard.dialects.model import Dialect, Renderer, Vocabulary

MODULES = {
    "vpbx": "switchboard.dialects.vpbx",
    "callevents": "switchboard.dialects.callevents",
    "sprecord": "switchboard.dialects.sprecord",
    "kontur": "switchboard.dialects.kontur",
}
# Events come in by a webhook of the source's own; in the others by the paths of a served API.
BY_WEBHOOK = tuple(name for name in MODULES if name != "kontur")
ONLY_OUT = {"standard": "switchboard.dialects.standard"}
RENDERERS = {**MODULES, **ONLY_OUT}


def dialect_named(name: str) -> Dialect:
    """The dialect of this name; KeyError for one that is not there."""
    return cast("Dialect", import_module(MODULES[name]))


def renderer_named(name: str) -> Renderer:
    """The dialect of this name that events go out in; KeyError for one that is not there."""
    return cast("Renderer", import_module(RENDERERS[name]))


def vocabulary_of(name: str) -> Vocabulary:
    """What can be said in a dialect; KeyError for one that is not there."""
    return renderer_named(name).VOCABULARY
