"""A port is small: a fake of it is quickly written, and a use case says by it what it needs."""

import ast

from tests.architecture.source import Module, package

MOST = 10

# Larger, each with its reason. Nothing may be added.
LARGER = {
    "crm.ports.Links": "one table's rows about one call; the exchange and the two callbacks each need most of them",
    "dialects.crm_roles.CrmClientModule": "a module of a dialect, whose functions are pure; it is never faked",
    "campaigns.ports.Executions": "the desk, by which every route of campaigns starts, steers and reports",
}


def test_a_port_has_at_most_ten_methods() -> None:
    """A larger one holds rules of its adapter, or has several users that each need a part."""
    large = {name for name, methods in protocols().items() if methods > MOST}
    assert large == LARGER.keys()


def protocols() -> dict[str, int]:
    """The number of methods of every Protocol."""
    found = {}
    for module in package():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and is_protocol(node):
                methods = sum(isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) for part in node.body)
                found[f"{short(module)}.{node.name}"] = methods
    return found


def is_protocol(node: ast.ClassDef) -> bool:
    return any(base.id == "Protocol" for base in map(unsubscripted, node.bases) if isinstance(base, ast.Name))


def unsubscripted(base: ast.expr) -> ast.expr:
    return base.value if isinstance(base, ast.Subscript) else base


def short(module: Module) -> str:
    return module.name.removeprefix("switchboard.").removesuffix(".py").replace("/", ".")
