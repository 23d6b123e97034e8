"""What the handlers say of their routes: the name and the docstring of each function."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache

from local.bundle import ROOT
from switchboard.lambdas.routes import Route

METHODS = frozenset({"get", "post", "put", "patch", "delete"})


@dataclass(frozen=True, slots=True)
class Told:
    """The name of the function behind a route, and what its docstring says."""

    name: str
    text: str


@cache
def told_of(route: Route) -> Told:
    """Return what the handler of a route says; a handler without functions for its routes says one thing of all."""
    tree = ast.parse((ROOT / "functions" / route.folder / "app.py").read_text())
    by_route = _routed(tree)
    found = by_route.get((route.method, _nameless(route.path))) or _method(tree, route)
    return found or Told(_served(tree), _of_module(tree))


def summary_of(text: str) -> tuple[str, str]:
    """Return the first sentence of a docstring, and the rest."""
    flat = re.sub(r"\s+", " ", text).strip()
    first, dot, rest = flat.partition(". ")
    return (first + dot.strip()).rstrip("."), rest.strip()


def _routed(tree: ast.Module) -> dict[tuple[str, str], Told]:
    constants = _constants(tree)
    found = {}
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for one in function.decorator_list:
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in METHODS:
                path = _nameless(_text(one.args[0], constants))
                found[one.func.attr.upper(), path] = Told(function.name, ast.get_docstring(function) or "")
    return found


def _method(tree: ast.Module, route: Route) -> Told | None:
    """Return the function that a loop gives to a method of all its paths: `app.get(path)(show)`."""
    for call in ast.walk(tree):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Call)
            and isinstance(call.func.func, ast.Attribute)
            and call.func.func.attr == route.method.lower()
            and isinstance(call.args[0], ast.Name)
        ):
            return _function(tree, call.args[0].id)
    return None


def _function(tree: ast.Module, name: str) -> Told | None:
    found = next((one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == name), None)
    return Told(name, ast.get_docstring(found) or "") if found else None


def _served(tree: ast.Module) -> str:
    return next((one.name for one in tree.body if isinstance(one, ast.FunctionDef)), "serve")


def _of_module(tree: ast.Module) -> str:
    """Return what a handler's only function says, else the words after the routes in the module's docstring."""
    functions = [one for one in tree.body if isinstance(one, ast.FunctionDef)]
    own = ast.get_docstring(functions[0]) if functions else None
    text = own or (ast.get_docstring(tree) or "").rpartition(": ")[2]
    return text[:1].upper() + text[1:]


def _constants(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: one.value.value
        for one in tree.body
        if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant) and isinstance(one.value.value, str)
        for target in one.targets
        if isinstance(target, ast.Name)
    } | _imported(tree)


@cache
def _shared() -> dict[str, str]:
    """Return the paths that handlers import from modules of `lambdas` and of dialects."""
    return {"AUDIO_FILES": "/api/v1/audio-files", "GROUPS": "/api/v1/subscriber-groups"}


def _imported(tree: ast.Module) -> dict[str, str]:
    names = {alias.name for one in tree.body if isinstance(one, ast.ImportFrom) for alias in one.names}
    return {name: path for name, path in _shared().items() if name in names}


def _text(node: ast.expr, constants: dict[str, str]) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Name):
        return constants[node.id]
    if isinstance(node, ast.JoinedStr):
        parts = (one.value if isinstance(one, ast.FormattedValue) else one for one in node.values)
        return "".join(_text(one, constants) for one in parts)
    raise ValueError(f"A route's path must be a text: {ast.unparse(node)}")


def _nameless(path: str) -> str:
    return re.sub(r"<.+?>|\{.+?\}", "{}", path)
