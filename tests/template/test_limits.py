"""CloudFormation's limits, which a bundle that grows comes near to."""

from copy import deepcopy

import pytest
from samtranslator.translator.transform import transform

from local.bundle import load_template

MOST_RESOURCES = 500  # of a stack, once SAM's short forms are written out


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
