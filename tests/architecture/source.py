"""The project's Python, parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from local.bundle import ROOT

LAYER = ROOT / "layers" / "switchboard"
PACKAGE = LAYER / "switchboard"
CAPABILITIES = frozenset(
    {
        "accounts",
        "calls",
        "campaigns",
        "crm",
        "deliveries",
        "dialects",
        "recordings",
        "routing",
        "streams",
        "subscriptions",
        "telephony",
    }
)


@dataclass(frozen=True)
class Module:
    """One file. `name` is the dotted name in the package, or the path of an app.py; `tests/...` for tests."""

    path: Path
    name: str
    tree: ast.Module
    text: str

    @property
    def top(self) -> str:
        """The first part under the package: `calls`, `aws`, `settings`."""
        return self.name.split(".")[1] if "." in self.name else ""

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())


@dataclass(frozen=True)
class Import:
    """One imported module, with the attribute where one is imported from it."""

    module: str
    attribute: str
    at_import: bool
    """Whether it is imported with the module, and not later or for types only."""


@cache
def package() -> list[Module]:
    """Every module of the hub's package."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(LAYER).with_suffix("").parts
        found.append(_module(path, ".".join(parts[:-1] if parts[-1] == "__init__" else parts)))
    return found


@cache
def functions() -> list[Module]:
    """Every app.py."""
    paths = sorted((ROOT / "functions").rglob("app.py"))
    return [_module(path, path.relative_to(ROOT).as_posix()) for path in paths]


@cache
def files_of_tests() -> list[Module]:
    """Every file of the tests."""
    paths = sorted((ROOT / "tests").rglob("*.py"))
    return [_module(path, path.relative_to(ROOT).as_posix()) for path in paths]


def imports(module: Module) -> Iterator[Import]:
    """Every import of a module, wherever it stands."""
    later = _later(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, "", node not in later) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (Import(node.module or "", alias.name, node not in later) for alias in node.names)


def roots(module: Module) -> set[str]:
    """The distributions and packages that a module imports from."""
    return {one.module.split(".")[0] for one in imports(module)}


def own(module: Module) -> Iterator[str]:
    """The modules of our own that are imported with this one."""
    names = {one.name for one in package()}
    for one in imports(module):
        if one.at_import and one.module.split(".")[0] == "switchboard":
            deeper = f"{one.module}.{one.attribute}"
            yield deeper if deeper in names else one.module


def _later(tree: ast.Module) -> set[ast.AST]:
    """What stands in functions, and under `if TYPE_CHECKING`."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        guarded = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        if inside or guarded:
            found.update(ast.walk(node))
    return found


def _module(path: Path, name: str) -> Module:
    text = path.read_text()
    return Module(path, name, ast.parse(text), text)
