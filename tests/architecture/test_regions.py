"""National numbers are read by the region of an account or a source, and never by a region that the code chose."""

import ast
import inspect

import pytest

from switchboard.kernel import numbers
from tests.architecture.source import Module, functions, package

READERS = ("all_numbers", "dialable", "first_number", "read_extension", "read_number", "to_e164")
# The account's region before anybody chose one, and what an account that is gone has.
MAY_NAME_IT = {
    "switchboard.bootstrap.accounts",
    "switchboard.telephony.asterisk.model",
    "switchboard.telephony.chime.model",
    "switchboard.telephony.simulator.model",
}


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_of_numbers_has_no_region_of_its_own(reader: str) -> None:
    """A caller without a region does not pass the type check."""
    signature = inspect.signature(getattr(numbers, reader))
    assert signature.parameters["region"].default is inspect.Parameter.empty


def test_no_module_reads_numbers_by_a_fixed_region() -> None:
    """Neither by the default region nor by a literal one."""
    outside = [one for one in (*package(), *functions()) if not one.name.startswith("switchboard.kernel.")]
    assert {one.name for one in outside if "DEFAULT_REGION" in one.text} == MAY_NAME_IT
    assert [call for one in outside for call in _with_a_literal(one)] == []


def _with_a_literal(module: Module) -> list[str]:
    calls = (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    readers = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in READERS]
    return [ast.unparse(call) for call in readers if any(map(_is_region, _arguments(call)[1:]))]


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _is_region(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str)
