"""What modules do when they are imported, and what dialects never do."""

import ast

import pytest

from tests.architecture.source import Module, functions, package

each_module = pytest.mark.parametrize("module", [*package(), *functions()], ids=lambda module: module.name)
PURE = [
    module
    for module in package()
    if module.top
    in {"dialects", "calls", "campaigns", "accounts", "deliveries", "subscriptions", "recordings", "routing", "streams"}
]
IMPURE = {"open", "print", "input", "exec", "eval", "socket", "urlopen"}
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "sleep"}
EDGES = {"boto3", "bootstrap", "settings", "os", "open", "socket", "urllib3", "logger", "Logger", "client"}


@pytest.mark.parametrize("module", PURE, ids=lambda module: module.name)
def test_what_thinks_reads_no_clock_and_no_file(module: Module) -> None:
    """Time and data come in as arguments."""
    calls = [node.func for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    names = {call.id for call in calls if isinstance(call, ast.Name)}
    methods = {call.attr for call in calls if isinstance(call, ast.Attribute)}
    assert names & IMPURE == set()
    assert methods & CLOCKS == set()


@each_module
def test_nothing_is_opened_at_import(module: Module) -> None:
    """No client, no environment, no clock: at import there are only values and the wiring of routes."""
    parts = {part for name in calls_at_import(module.tree) for part in name.split(".")}
    assert parts & (EDGES | CLOCKS) == set()


@each_module
def test_a_module_says_what_it_is(module: Module) -> None:
    """Each has a docstring."""
    assert ast.get_docstring(module.tree)


def calls_at_import(tree: ast.Module) -> set[str]:
    """Names of what is called while a module is imported: everything outside the bodies of functions."""
    waiting: list[ast.AST] = [tree]
    found: set[str] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Call):
            found.add(ast.unparse(node.func))
        waiting += (
            node.decorator_list
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            else ast.iter_child_nodes(node)
        )
    return found
