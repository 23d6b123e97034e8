"""The table of adapters, and how handlers reach what `bootstrap` builds."""

import re
from collections.abc import Callable
from functools import partial
from importlib import import_module
from inspect import get_annotations, signature
from typing import Any

import pytest

from switchboard.aws import clients
from switchboard.bootstrap import adapters
from tests.architecture.source import Module, functions, imports, package

ROWS = sorted(name for name, kind in get_annotations(adapters).items() if kind.startswith("Adapter["))
TYPES = {
    one.attribute: one.module for module in package() if module.name == adapters.__name__ for one in imports(module)
}
HANDLERS = [*functions(), *(module for module in package() if module.top == "lambdas")]
each_row = pytest.mark.parametrize("row", ROWS)


def path_and_parts(row: str) -> tuple[str, tuple[Callable[[], object], ...]]:
    path, parts = getattr(adapters, row).__wrapped__.args
    return path, parts


def class_of(row: str) -> Any:
    module, _, name = path_and_parts(row)[0].rpartition(".")
    return getattr(import_module(f"switchboard.{module}"), name)


@each_row
def test_a_row_builds_the_type_that_it_declares(row: str) -> None:
    """The path in a row leads to the class of its annotation, which mypy reads."""
    declared = re.findall(r"\w+", get_annotations(adapters)[row])[1]
    assert f"switchboard.{path_and_parts(row)[0]}" == f"{TYPES[declared]}.{declared}"


@each_row
def test_a_row_has_every_argument_of_its_class(row: str) -> None:
    """The parts of a row fit the class by their number, and each client by its type."""
    arguments = signature(class_of(row)).bind(*path_and_parts(row)[1]).arguments
    expected = {name: kind for name, kind in get_annotations(class_of(row).__init__).items() if name in arguments}
    given = {
        name: get_annotations(getattr(clients, part.args[0]))["return"]
        for name, part in arguments.items()
        if isinstance(part, partial) and part.args[0] in vars(clients)
    }
    assert {name: expected[name] for name in given} == given


def test_one_queue_or_table_of_the_settings_is_in_one_place() -> None:
    """No module of `bootstrap` but the table reads the name of a table, a bucket or a queue."""
    named = re.compile(r"settings\.\w+_(table|bucket|queue_url)\b")
    rooms = [module for module in package() if module.top == "bootstrap"]
    rooms = [module for module in rooms if not module.name.startswith(adapters.__name__)]
    assert {module.name for module in rooms if named.search(module.text)} == set()


@pytest.mark.parametrize("module", HANDLERS, ids=lambda module: module.name)
def test_a_handler_imports_what_it_calls_by_name(module: Module) -> None:
    """No handler imports a module of `bootstrap` as a whole, or under another name."""
    rooms = {one.name.rpartition(".")[2] for one in package() if one.name.startswith("switchboard.bootstrap.")}
    whole = {one.attribute for one in imports(module) if one.module == "switchboard.bootstrap"} & rooms
    assert not whole
    assert "bootstrap" not in {one.attribute for one in imports(module) if one.module == "switchboard"}
