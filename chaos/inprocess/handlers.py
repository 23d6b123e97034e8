"""The functions' handlers, and what their containers remember."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from types import ModuleType

from local.bundle import ROOT
from switchboard import settings


def forget() -> None:
    """Forget what warm functions remember, as a new container does."""
    for module_ in [one for name, one in sys.modules.items() if name.startswith("switchboard.bootstrap")]:
        for name in dir(module_):
            clear = getattr(getattr(module_, name), "cache_clear", None)
            if clear is not None:
                clear()
    settings.delivery_settings.cache_clear()


def logical_id(folder: str) -> str:
    """The function of a folder, as the template names it."""
    return "".join(word.capitalize() for word in folder.replace("/", "_").split("_")) + "Function"


@cache
def module(folder: str) -> ModuleType:
    """A function's app.py, loaded under a name of its own."""
    path = ROOT / "functions" / folder / "app.py"
    spec = importlib.util.spec_from_file_location(f"chaos_{folder.replace('/', '_')}", path)
    if spec is None or spec.loader is None:
        raise ImportError(folder)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded
