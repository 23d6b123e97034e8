"""A room knows the rooms below it and nothing else. The ranks are those that docs/architecture.md draws."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module

import pytest

from local.bundle import ROOT
from tests.architecture.source import Module, functions, package

ROW = re.compile(r"^\| (kernel|\d|beside|above|top) \| (.+) \|$", re.MULTILINE)
RANKS = {
    rank: re.findall(r"`(\w+)`", rooms) for rank, rooms in ROW.findall((ROOT / "docs/architecture.md").read_text())
}
RANK_OF = {room: rank for rank, rooms in RANKS.items() for room in rooms}
BELOW = {"kernel": set(), "beside": set("123456") | {"kernel"}, "top": set("123456") | {"kernel", "above", "beside"}}
# What handlers share hears and shows; the adapters beside it are reached through `bootstrap`, but for the log.
BESIDE_FOR_THE_TOP = {"observability"}
SHARED = {"model", "ports"}


def rank_is_below(lower: str, upper: str) -> bool:
    if upper == "above":
        return lower != "top"
    if upper.isdigit():
        return lower == "kernel" or (lower.isdigit() and lower < upper)
    return lower in BELOW[upper]


@cache
def names() -> frozenset[str]:
    return frozenset(module.name for module in package())


def imported(module: Module) -> Iterator[str]:
    """Every module of ours that a module imports: at import, later, for types, or by a name in a string."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str))


def own(module: Module) -> set[str]:
    """The modules of the package among the imports, each by its longest name that is a module."""
    found = set()
    for name in imported(module):
        known = name if name in names() else name.rpartition(".")[0]
        if known.startswith("switchboard.") and known in names():
            found.add(known)
    return found - {module.name}


def room_of(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


def across(module: Module) -> set[str]:
    return {name for name in own(module) if room_of(name) != module.top}


def test_every_room_has_a_rank() -> None:
    """The table of docs/architecture.md names each room once, and no others."""
    ranked = [room for rooms in RANKS.values() for room in rooms]
    assert sorted(ranked) == sorted({module.top for module in package()} - {""})


@pytest.mark.parametrize("module", [one for one in package() if one.top], ids=lambda one: one.name)
def test_a_module_imports_rooms_of_lower_ranks_alone(module: Module) -> None:
    """Kernel before accounts before subscriptions before calls, and so on up the table."""
    rank = RANK_OF[module.top]
    above = {name for name in across(module) if not rank_is_below(RANK_OF[room_of(name)], rank)}
    assert {name for name in above if not (rank == "kernel" and RANK_OF[room_of(name)] == "kernel")} == set()


@pytest.mark.parametrize(
    "module", [one for one in package() if RANK_OF.get(one.top, "").isdigit()], ids=lambda one: one.name
)
def test_from_another_room_come_models_ports_and_what_is_public(module: Module) -> None:
    """`PUBLIC` of the room's package names the other modules that may be imported."""
    rooms = {name for name in across(module) if RANK_OF[room_of(name)].isdigit()}
    inner = {name for name in rooms if name.rpartition(".")[2] not in SHARED}
    assert {name for name in inner if name.split(".", 2)[2] not in public(room_of(name))} == set()


def test_nothing_is_public_that_no_other_room_imports() -> None:
    """`PUBLIC` is not longer than it has to be."""
    used = {name for module in package() if RANK_OF.get(module.top, "").isdigit() for name in across(module)}
    rooms = [room for rank, rooms in RANKS.items() if rank.isdigit() for room in rooms]
    unused = {f"switchboard.{room}.{name}" for room in rooms for name in public(room)} - used
    assert unused == set()


@pytest.mark.parametrize("module", [one for one in package() if one.top == "lambdas"], ids=lambda one: one.name)
def test_what_handlers_share_reaches_adapters_through_bootstrap(module: Module) -> None:
    """Of the rooms beside, only the log is imported by name."""
    beside = {room_of(name) for name in across(module) if RANK_OF[room_of(name)] == "beside"}
    assert beside <= BESIDE_FOR_THE_TOP


def test_no_module_imports_itself_in_a_circle() -> None:
    """Lazy imports count: every module of a room can be understood after those that it needs."""
    graph = {module.name: own(module) for module in package()}
    assert list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("module", functions(), ids=lambda module: module.name)
def test_a_function_knows_no_adapter(module: Module) -> None:
    """A handler imports the shared handlers, bootstrap, contracts, use cases and dialects; of `aws` the codec alone."""
    beside = {name for name in own(module) if RANK_OF.get(room_of(name)) == "beside"}
    assert {name for name in beside if name != "switchboard.aws.codec"} <= {"switchboard.observability.logs"}


@cache
def public(room: str) -> frozenset[str]:
    found: frozenset[str] = getattr(import_module(f"switchboard.{room}"), "PUBLIC", frozenset())
    return found
