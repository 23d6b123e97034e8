"""What holds for the tests themselves."""

import ast

import pytest

from tests.architecture.source import Module, files_of_tests, roots

each_file = pytest.mark.parametrize("module", files_of_tests(), ids=lambda module: module.name)
PROVES = ("assert_", "check")  # a test may leave the assertion to a helper of such a name


@each_file
def test_nobody_sleeps(module: Module) -> None:
    """A test waits for what it waits for; tests that ask a hub or a PBX over and over may pause between."""
    if module.name.startswith(("tests/e2e/", "tests/pbx/")):
        pytest.skip("asks another process")
    assert "sleep" not in called(module.tree)


@each_file
def test_nobody_mocks(module: Module) -> None:
    """Fakes are typed and pass the suites of the real adapters; mocks agree with everything."""
    assert called(module.tree) & {"Mock", "MagicMock", "AsyncMock", "create_autospec"} == set()
    assert "mock" not in roots(module)
    assert "unittest" not in roots(module)


@each_file
def test_every_test_proves_something(module: Module) -> None:
    """It asserts, or expects an error, itself or by a helper."""
    assert [test.name for test in cases_in(module) if not proves(test)] == []


@each_file
def test_every_test_says_what_it_promises(module: Module) -> None:
    """In a sentence that begins with a capital and ends with a full stop."""
    promises = {test.name: ast.get_docstring(test) or "" for test in cases_in(module)}
    assert {name for name, said in promises.items() if not said.rstrip().endswith((".", "?"))} == set()


def cases_in(module: Module) -> list[ast.FunctionDef]:
    return [
        node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def proves(test: ast.FunctionDef) -> bool:
    """Whether there is an assertion in it."""
    if any(isinstance(node, ast.Assert) for node in ast.walk(test)):
        return True
    names = called(test)
    return "raises" in names or any(name.startswith(PROVES) for name in names)


def called(tree: ast.AST) -> set[str]:
    """The last names of everything that is called."""
    functions = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {one.attr for one in functions if isinstance(one, ast.Attribute)}
    return names | {one.id for one in functions if isinstance(one, ast.Name)}
