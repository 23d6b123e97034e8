"""CloudFormation's and API Gateway's limits, which a bundle that grows comes near to."""

from copy import deepcopy

import pytest
from samtranslator.translator.transform import transform

from local.bundle import load_template
from tests.support.gateway import routes

MOST_RESOURCES = 500  # of a stack, once SAM's short forms are written out
MOST_PATHS = 300  # of a REST API, every part of a path counted once


class NoManagedPolicies:
    """SAM asks for the ARNs of managed policies by their names; none is named."""

    def load(self) -> dict[str, str]:
        return {}


def test_the_stack_has_no_more_resources_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function is some six of them: its role, its log group, and a permission for each route."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    template = deepcopy(load_template())
    for resource in template["Resources"].values():
        for name in ("CodeUri", "ContentUri", "DefinitionUri"):
            if name in resource.get("Properties", {}):
                resource["Properties"][name] = "s3://bucket/key"
    written_out = transform(template, {}, NoManagedPolicies())
    assert len(written_out["Resources"]) <= MOST_RESOURCES


def test_the_api_has_no_more_paths_than_it_may() -> None:
    """`/admin` and `/admin/calls` are two."""
    parts = [route.path.strip("/").split("/") for route in routes()]
    assert len({tuple(path[:end]) for path in parts for end in range(1, len(path) + 1)}) <= MOST_PATHS


def test_a_part_of_a_path_that_stands_for_anything_has_one_name() -> None:
    """API Gateway takes no two of different names after the same beginning."""
    names: dict[str, set[str]] = {}
    for route in routes():
        parts = route.path.strip("/").split("/")
        for place, part in enumerate(parts):
            if part.startswith("{") and not part.endswith("+}"):
                names.setdefault("/".join(parts[:place]), set()).add(part)
    assert {beginning: found for beginning, found in names.items() if len(found) > 1} == {}
