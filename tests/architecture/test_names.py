"""A class has a name of its own, so that a name in a log, a search or a review means one thing."""

import ast
from collections import Counter

from tests.architecture.source import package

MOST_SHARED = 15


def test_few_class_names_are_used_twice() -> None:
    """At most fifteen names in the whole package belong to more than one class."""
    names = Counter(node.name for module in package() for node in module.tree.body if isinstance(node, ast.ClassDef))
    shared = sorted(name for name, count in names.items() if count > 1)
    assert len(shared) <= MOST_SHARED, shared
