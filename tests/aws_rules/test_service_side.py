"""What services need on the functions' behalf: pollers, state machines, rules, keys and topics, by the template."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from local.bundle import ROOT, load_template
from tests.aws_rules.iam import Need, grant_of, resolved, said, statements
from tests.aws_rules.roles import policies, written_out

TEMPLATE = load_template()
WRITTEN, PARAMETERS = TEMPLATE["Resources"], TEMPLATE["Parameters"]
POLLED = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


class Names(dict[str, str]):
    """Whatever a reference names: the name itself is good enough to compare."""

    def __missing__(self, name: str) -> str:
        return f"<{name}>"


NAMES = Names()


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """Resources of a type: as they are written, or as SAM writes out functions and state machines."""
    both = {**WRITTEN, **written_out()}
    return {name: one.get("Properties", {}) for name, one in both.items() if one.get("Type") == kind}


def allows(name: str, action: str, resource: str) -> bool:
    """Whether the role of a function or state machine does."""
    return grant_of(statements(policies(name), NAMES), Need(action, resource)) is not None


MAPPINGS = of_type("AWS::Lambda::EventSourceMapping")


@pytest.mark.parametrize("name", sorted(MAPPINGS))
def test_a_poller_may_do_its_work(name: str) -> None:
    """Lambda reads a queue by the role of the function that it hands messages to."""
    mapping = MAPPINGS[name]
    function, queue = mapping["FunctionName"]["Ref"], said(mapping["EventSourceArn"])
    forms = {f"<{queue}.Arn>", f"arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:<{queue}.QueueName>"}
    missing = [action for action in POLLED if not any(allows(function, action, one) for one in forms)]
    assert missing == []


MACHINES = {name: one["Properties"] for name, one in WRITTEN.items() if one["Type"] == "AWS::Serverless::StateMachine"}


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_a_state_machine_may_invoke_its_functions(name: str) -> None:
    """Those that its definition names, and only by what it may do."""
    machine = MACHINES[name]
    given = machine["DefinitionSubstitutions"]
    definition = json.loads((ROOT / machine["DefinitionUri"]).read_text())
    tasks = [state for state in states(definition) if state["Type"] == "Task"]
    assert tasks
    for task in tasks:
        assert task["Resource"] == "arn:aws:states:::lambda:invoke"
        (variable,) = re.findall(r"\$\{(\w+)\}", json.dumps(task))
        function = said(given[variable])
        arns = [
            f"<{function}.Arn>",
            f"arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:<{function}>",
        ]
        assert any(allows(name, "lambda:InvokeFunction", arn) for arn in arns)


def states(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All states of a definition."""
    for state in definition["States"].values():
        yield state
        for inner in [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]:
            yield from states(inner)


def test_a_rule_may_invoke_its_function() -> None:
    """By a permission of the function's, for this rule."""
    permitted = {
        (one["FunctionName"]["Ref"], said(one["SourceArn"]))
        for one in of_type("AWS::Lambda::Permission").values()
        if one["Principal"] == "events.amazonaws.com"
    }
    rules = of_type("AWS::Events::Rule")
    targets = {(said(target["Arn"]), name) for name, one in rules.items() for target in one["Targets"]}
    assert rules
    assert targets <= permitted


def test_a_key_lets_the_account_give_what_roles_are_given() -> None:
    """A role's grant of a key counts only as far as the key's own policy leaves it to the account."""
    keys = of_type("AWS::KMS::Key")
    granted = {
        (action, said(resource))
        for name in of_type("AWS::Lambda::Function")
        for document in policies(name)
        for one in document["Statement"]
        for action in one["Action"]
        for resource in (one["Resource"] if isinstance(one["Resource"], list) else [one["Resource"]])
        if action.startswith("kms:")
    }
    assert granted
    for action, key in granted:
        of_the_account = [
            one
            for one in keys[key]["KeyPolicy"]["Statement"]
            if resolved(one["Principal"].get("AWS", ""), NAMES).endswith(":root")
        ]
        (one,) = [statement for statement in of_the_account if action in statement["Action"]]
        assert "Condition" not in one


def test_what_publishes_to_a_topic_may_use_its_key() -> None:
    """A role needs nothing of the key that is AWS's own; of ours, CloudWatch has it by the key's policy."""
    for name, topic in of_type("AWS::SNS::Topic").items():
        publishers = {
            function
            for function in of_type("AWS::Lambda::Function")
            if allows(function, "sns:Publish", f"<{name}>") or allows(function, "sns:Publish", f"<{name}.TopicArn>")
        }
        key = topic.get("KmsMasterKeyId", "")
        assert not publishers or key in ("", "alias/aws/sns")
        if isinstance(key, dict):
            policy = WRITTEN[said(key)]["Properties"]["KeyPolicy"]["Statement"]
            (services,) = [one for one in policy if one["Principal"] == {"Service": "cloudwatch.amazonaws.com"}]
            assert {"kms:Decrypt"} < set(services["Action"])


ENVIRONMENT = 4096  # bytes of all names and values of a function. Lambda Developer Guide, Lambda quotas


@pytest.mark.parametrize("name", sorted(of_type("AWS::Lambda::Function")))
def test_a_functions_environment_is_no_larger_than_it_may_be(name: str) -> None:
    """With every reference written out as long as it may get."""
    variables = of_type("AWS::Lambda::Function")[name].get("Environment", {}).get("Variables", {})
    sizes = {key: len(key) + longest(value) for key, value in variables.items()}
    assert sum(sizes.values()) <= ENVIRONMENT


def longest(value: Any) -> int:
    """The length of a value: of a reference, that of a name in a stack of a name of 20 letters, or of its ARN."""
    if not isinstance(value, dict):
        return len(str(value).encode())
    ((kind, inner),) = value.items()
    if kind == "Fn::If":
        return max(longest(one) for one in inner[1:])
    if kind == "Ref":
        if inner in PARAMETERS:
            return len(str(PARAMETERS[inner].get("Default", "")))
        is_url = WRITTEN.get(inner, {}).get("Type") == "AWS::SQS::Queue"
        return len(inner) + (90 if is_url else 34)
    return len(resolved(value, NAMES)) + 34
