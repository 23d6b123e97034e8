"""Budgets: what fits on a screen is read, what does not is skimmed."""

import ast
from statistics import median, quantiles

import pytest

from local.bundle import ROOT
from tests.architecture.source import Module, files_of_tests, functions, package

FILE, FUNCTION, HANDLER = 300, 50, 75
MEDIAN_FILE, MEDIAN_FUNCTION, P90_FUNCTION = 80, 8, 25


@pytest.mark.parametrize("module", package(), ids=lambda module: module.name)
def test_a_file_is_no_longer_than_300_lines(module: Module) -> None:
    """Longer ones are two files."""
    assert module.lines <= FILE


@pytest.mark.parametrize("module", functions(), ids=lambda module: module.name)
def test_a_handler_decodes_calls_and_encodes(module: Module) -> None:
    """An app.py has a few lines for each of its routes."""
    assert module.lines <= HANDLER


@pytest.mark.parametrize("module", [*package(), *functions()], ids=lambda module: module.name)
def test_a_function_is_no_longer_than_50_lines(module: Module) -> None:
    """Longer ones are two functions."""
    assert {name: length for name, length in lengths(module).items() if length > FUNCTION} == {}


def test_most_are_much_shorter() -> None:
    """Half the files have at most 80 lines; of the functions half have at most 8, nine in ten at most 25."""
    all_lengths = [length for module in package() for length in lengths(module).values()]
    assert median(module.lines for module in package()) <= MEDIAN_FILE
    assert median(all_lengths) <= MEDIAN_FUNCTION
    assert quantiles(all_lengths, n=10)[-1] <= P90_FUNCTION


@pytest.mark.parametrize("module", files_of_tests(), ids=lambda module: module.name)
def test_a_file_of_tests_is_no_longer_than_500_lines(module: Module) -> None:
    """They may be longer than what they test, and still have to be read."""
    assert module.lines <= 500


def test_a_function_folder_holds_app_py_alone() -> None:
    """Anything worth a second file belongs in the layer; what starts a web server is a script beside it."""
    files = {path for path in (ROOT / "functions").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {path.name for path in files} == {"app.py", "run.sh"}


def lengths(module: Module) -> dict[str, int]:
    """Lines of every function, decorators aside."""
    found = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            found[f"{node.name}:{node.lineno}"] = node.end_lineno - node.lineno + 1
    return found
