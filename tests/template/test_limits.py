"""CloudFormation's limits, which a bundle that grows comes near to."""

import json
from collections import Counter
from typing import Any

import pytest

MOST_RESOURCES = 400  # of the 500 that a stack may have
MOST_BYTES = 1_000_000  # of a template with all that it includes
MOST_MAPPED = 200  # mappings, and entries of each


def test_the_stack_has_room(transformed: dict[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    """A function is two resources, itself and its role; a route is none."""
    kinds = Counter(resource["Type"] for resource in transformed.values())
    with capsys.disabled():
        print(f"\n{len(transformed)} resources of {MOST_RESOURCES}: {dict(kinds.most_common(8))}")  # noqa: T201
    assert len(transformed) <= MOST_RESOURCES
    schedules = kinds["AWS::Events::Rule"]
    assert kinds["AWS::Lambda::Permission"] == schedules


def test_the_template_may_be_as_large_as_it_is(template: dict[str, Any], transformed: dict[str, Any]) -> None:
    """As it is uploaded, with every name written out and with the routes; and as it is after the transforms."""
    assert len(json.dumps(template)) < MOST_BYTES / 2
    assert len(json.dumps(transformed)) < MOST_BYTES / 2


def test_mappings_are_no_larger_than_they_may_be(template: dict[str, Any]) -> None:
    """Of each queue, worker and workflow."""
    assert max(len(entries) for entries in template["Mappings"].values()) <= MOST_MAPPED
