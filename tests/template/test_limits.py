"""CloudFormation's limits, which a bundle that grows comes near to."""

import json
from collections import Counter
from typing import Any

import pytest

MOST_RESOURCES = 400  # of the 500 that a stack may have
MOST_BYTES = 1_000_000  # of a template with all that it includes
MOST_OF_A_POLICY = 10_240  # letters of all policies within a role
LONGEST_ARN = 120  # of a function or a table, in a stack with a long name
MOST_MAPPED = 200  # mappings, and entries of each


def test_the_stack_has_room(transformed: dict[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    """A function is two resources, itself and its role; a route is none."""
    kinds = Counter(resource["Type"] for resource in transformed.values())
    with capsys.disabled():
        print(f"\n{len(transformed)} resources of {MOST_RESOURCES}: {dict(kinds.most_common(8))}")  # noqa: T201
    assert len(transformed) <= MOST_RESOURCES
    schedules = kinds["AWS::Events::Rule"]
    assert kinds["AWS::Lambda::Permission"] == schedules + 1  # Amazon Chime's


def test_the_template_may_be_as_large_as_it_is(template: dict[str, Any], transformed: dict[str, Any]) -> None:
    """Half of the limit as uploaded, with the routes; seven tenths of the limit after the transforms."""
    assert len(json.dumps(template)) < MOST_BYTES * 0.5
    assert len(json.dumps(transformed)) < MOST_BYTES * 0.7


def test_mappings_are_no_larger_than_they_may_be(template: dict[str, Any]) -> None:
    """Of each queue, worker and workflow."""
    assert max(len(entries) for entries in template["Mappings"].values()) <= MOST_MAPPED


def test_mappings_hold_text(template: dict[str, Any]) -> None:
    """CloudFormation takes no numbers in them."""
    entries = [entry for mapping in template["Mappings"].values() for entry in mapping.values()]
    assert {type(value) for entry in entries for value in entry.values()} == {str}


def test_the_policies_of_a_role_fit(transformed: dict[str, dict[str, Any]]) -> None:
    """The gateway's names each function that has a route."""
    roles = {name: one["Properties"] for name, one in transformed.items() if one["Type"] == "AWS::IAM::Role"}
    sizes = {name: letters(role.get("Policies", [])) for name, role in roles.items()}
    assert {name: size for name, size in sizes.items() if size > MOST_OF_A_POLICY} == {}


def letters(value: Any) -> int:
    """Letters of a policy once its resources have their ARNs."""
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in {"Fn::GetAtt", "Fn::Sub", "Ref"}:
        return LONGEST_ARN
    if isinstance(value, dict):
        return sum(len(name) + letters(one) + 4 for name, one in value.items())
    return sum(letters(one) + 1 for one in value) if isinstance(value, list) else len(str(value)) + 2
