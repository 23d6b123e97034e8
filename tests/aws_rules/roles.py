"""The roles of the template's functions and state machines, as SAM's transform writes them out."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from local.bundle import load_template
from tests.aws_rules.iam import Statement, statements
from tests.support.stack import Stack

HAVE_ROLES = frozenset({"AWS::Serverless::Function", "AWS::Serverless::StateMachine"})
ELSEWHERE = ("CodeUri", "ContentUri", "DefinitionUri")
OF_THE_API = frozenset({"Api", "HttpApi"})  # events that give a role nothing, and take the transform longest
MANAGED = {
    name: f"arn:aws:iam::aws:policy/service-role/{name}"
    for name in ("AWSLambdaBasicExecutionRole", "AWSLambdaSQSQueueExecutionRole")
}
# Of the managed policies: AWS Managed Policy Reference.
POLICIES: dict[str, list[str]] = {
    "AWSLambdaBasicExecutionRole": [],  # logs, of which no request tells
    "AWSLambdaSQSQueueExecutionRole": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
}


@cache
def written_out() -> dict[str, dict[str, Any]]:
    """The resources that the functions and state machines come to, by logical id."""
    source = copy.deepcopy(load_template())
    kept = {name: one for name, one in source["Resources"].items() if one.get("Type") in HAVE_ROLES}
    for folder_of, resource in kept.items():
        properties = resource["Properties"]
        events = properties.get("Events", {})
        properties["Events"] = {name: one for name, one in events.items() if one["Type"] not in OF_THE_API}
        for name in ELSEWHERE:
            if name in properties:
                properties[name] = f"s3://bucket/{folder_of}"
    given = {name: one.get("Default", "") for name, one in source["Parameters"].items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        translated = Translator(MANAGED, Parser()).translate({**source, "Resources": kept}, given)
    resources: dict[str, dict[str, Any]] = translated["Resources"]
    return resources


@cache
def logical_id(folder: str) -> str:
    """The function of a folder."""
    for name, resource in load_template()["Resources"].items():
        if resource.get("Properties", {}).get("CodeUri") == f"functions/{folder}":
            return str(name)
    raise LookupError(folder)


def policies(name: str) -> list[Mapping[str, Any]]:
    """The policy documents of the role of a function or state machine."""
    properties = written_out()[name]["Properties"]
    role = written_out()[_of(properties.get("Role", properties.get("RoleArn")))]["Properties"]
    managed = [arn.rpartition("/")[2] for arn in role.get("ManagedPolicyArns", [])]
    own = [one["PolicyDocument"] for one in role.get("Policies", [])]
    return own + [
        {"Statement": [{"Effect": "Allow", "Action": POLICIES[one], "Resource": "*"}]}
        for one in managed
        if POLICIES[one]
    ]


def _of(role: Mapping[str, Any]) -> str:
    attribute = role["Fn::GetAtt"]
    return str(attribute[0]) if isinstance(attribute, list) else str(attribute).partition(".")[0]


def role_of(folder: str, stack: Stack) -> tuple[Statement, ...]:
    """The statements of a function's role, upon the resources of a stack."""
    return statements(policies(logical_id(folder)), names_in(stack))


def names_in(stack: Stack) -> dict[str, str]:
    """What references come to in a stack."""
    names = dict(stack.refs)
    for name, arn in stack.arns.items():
        names |= {f"{name}.Arn": arn, f"{name}.Id": arn, f"{name}.QueueName": arn.rpartition(":")[2]}
        if ":secret:" in arn:
            names[name] = arn
    for name, ref in stack.refs.items():
        if ref.startswith("arn:"):
            names |= {f"{name}.Arn": ref, f"{name}.TopicArn": ref}
    functions = [name for name, one in written_out().items() if one["Type"] == "AWS::Lambda::Function"]
    for name in functions:
        names |= {name: name, f"{name}.Arn": f"arn:aws:lambda:us-east-1:123456789012:function:{name}"}
    return names
