import copy
from collections.abc import Callable
from typing import Any

import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from local.bundle import load_template

Resources = dict[str, dict[str, Any]]

# The managed policies that SAM may hand out: what it asks for beyond these fails the transform.
MANAGED = {"AWSLambdaBasicExecutionRole": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    """The template as it is written."""
    return load_template()


@pytest.fixture(scope="session")
def transformed(template: dict[str, Any]) -> Resources:
    """The resources that CloudFormation gets, after SAM's transform."""
    patch = pytest.MonkeyPatch()
    patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    source = copy.deepcopy(template)
    for resource in source["Resources"].values():
        for name in ("CodeUri", "ContentUri", "DefinitionUri"):
            if name in resource.get("Properties", {}):
                resource["Properties"][name] = "s3://bucket/key"
    parameters = {name: given.get("Default", "") for name, given in source["Parameters"].items()}
    try:
        return Translator(MANAGED, Parser()).translate(source, parameters)["Resources"]
    finally:
        patch.undo()


@pytest.fixture(scope="session")
def of_type(transformed: Resources) -> Callable[[str], Resources]:
    """Tell the properties of all resources of a type, by logical id."""

    def resources(kind: str) -> Resources:
        return {name: found.get("Properties", {}) for name, found in transformed.items() if found["Type"] == kind}

    return resources
