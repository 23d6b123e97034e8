"""A class has a name of its own, so that a name in a log, a search or a review means one thing."""

import ast
from collections import Counter
from collections.abc import Iterator

from tests.architecture.source import package

MOST_SHARED = 15


def test_few_class_names_are_used_twice() -> None:
    """At most fifteen names in the whole package belong to more than one class."""
    names = Counter(node.name for module in package() for node in module.tree.body if isinstance(node, ast.ClassDef))
    shared = sorted(name for name, count in names.items() if count > 1)
    assert len(shared) <= MOST_SHARED, shared


MOST_DEFINITIONS = 12
# A method that many collaborators have does the same everywhere.
VERBS = {
    "add": "insert an object",
    "get": "return the stored object of a key",
    "keep": "store what happened: an event, a record",
    "listed": "return a page of objects and the next cursor",
    "originate": "ring an extension, then a number",
    "read": "return what bytes or a table hold",
    "of_account": "return all objects of an account",
    "remove": "remove the object of a key",
    "save": "replace an object",
    "send": "hand over a message",
}


def test_a_method_that_many_classes_have_is_a_verb_of_ports() -> None:
    """A name with more than twelve definitions is one of the few verbs, and declared by a port."""
    methods = Counter(method for method, _ in _methods())
    ports = {method for method, is_port in _methods() if is_port}
    common = {name for name, count in methods.items() if count > MOST_DEFINITIONS}
    assert common <= set(VERBS)
    assert set(VERBS) <= ports


def _methods() -> Iterator[tuple[str, bool]]:
    """Yield each public method of a class, and whether the class is a port."""
    for module in package():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                is_port = any(ast.unparse(base).startswith("Protocol") for base in node.bases)
                functions = (one.name for one in node.body if isinstance(one, ast.FunctionDef))
                yield from ((name, is_port) for name in functions if not name.startswith("_"))
