"""Which functions hand messages round to themselves, worked out from what the template lets them do."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from local.bundle import ROOT
from switchboard.observability.latency import NAMESPACE
from tests.template.conftest import Resources

Graph = dict[str, set[str]]
"""Where a message may go from a function, queue, topic or bucket, by logical ids."""

# A message that is sent by one of these carries the trace header on, and Lambda counts along it. Tables, workflows and
# schedules end the count.
SENDS = ("sqs:SendMessage", "sns:Publish", "s3:PutObject", "lambda:InvokeFunction", "lambda:InvokeAsync")
CARRIERS = ("AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::S3::Bucket", "AWS::Lambda::Function")


def test_loops_are_allowed_exactly_where_messages_go_round(transformed: Resources) -> None:
    """Lambda would cut a circle after some sixteen turns; a function in none keeps that guard."""
    allowed = {
        name
        for name, function in _of_type(transformed, "AWS::Lambda::Function").items()
        if function.get("RecursiveLoop") == "Allow"
    }
    assert allowed == in_circles(transformed)


def test_an_alarm_tells_of_loops_that_were_stopped(of_type: Callable[[str], Resources]) -> None:
    """By the metric that the stop is counted with."""
    alarm = of_type("AWS::CloudWatch::Alarm")["LoopStoppedAlarm"]
    assert (alarm["Namespace"], alarm["MetricName"], int(alarm["Threshold"])) == (NAMESPACE, "loop.stopped", 1)
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "switchboard"}]


def test_every_circle_is_explained(transformed: Resources) -> None:
    """The page of loops has a row for each pair of function and queue along which a message may go round."""
    text = Path(ROOT / "docs" / "loops.md").read_text()
    found = {(sender, queue) for sender, queue, _ in hops(transformed)}
    assert {f"{sender} → {queue}" for sender, queue in found if f"`{sender}` → `{queue}`" not in text} == set()


@pytest.mark.parametrize("name", ["queue", "topic", "bucket", "call", "topic and queue"])
def test_a_circle_is_found_whatever_carries_it(name: str) -> None:
    """Through a queue, a topic, a bucket's notifications, a call of another function, and a topic's queue."""
    resources = {**_function("A", CIRCLES[name][0]), **_function("B", CIRCLES[name][1]), **CIRCLES[name][2]}
    assert in_circles(resources) == {"A", "B"}
    assert in_circles({**resources, **_function("B", [])}) == set()


def in_circles(resources: Resources) -> set[str]:
    """The functions from which a message may come back to them."""
    graph = graph_of(resources)
    functions = _of_type(resources, "AWS::Lambda::Function")
    return {name for name in functions if name in _reached(graph, name)}


def hops(resources: Resources) -> Iterator[tuple[str, str, str]]:
    """Sender, queue and receiver, as folders and names, of each step of a circle."""
    graph, functions = graph_of(resources), _of_type(resources, "AWS::Lambda::Function")
    for sender in in_circles(resources):
        for queue in graph[sender]:
            for receiver in graph.get(queue, set()) & functions.keys():
                if sender in _reached(graph, receiver) | {receiver}:
                    yield _spoken(sender), _spoken(queue), _spoken(receiver)


def graph_of(resources: Resources) -> Graph:
    """Functions lead to what they may send to, and what they send to leads to whom it is handed."""
    graph: Graph = {}
    for name, function in _of_type(resources, "AWS::Lambda::Function").items():
        graph[name] = {to for statement in _statements(resources, function) for to in _sends_to(resources, statement)}
    for source in _of_type(resources, "AWS::Lambda::EventSourceMapping").values():
        _lead(graph, _ids(source["EventSourceArn"], resources), _ids(source["FunctionName"], resources))
    for subscription in _of_type(resources, "AWS::SNS::Subscription").values():
        if subscription["Protocol"] in {"lambda", "sqs"}:
            _lead(graph, _ids(subscription["TopicArn"], resources), _ids(subscription["Endpoint"], resources))
    for name, bucket in _of_type(resources, "AWS::S3::Bucket").items():
        _lead(graph, {name}, _ids(bucket.get("NotificationConfiguration", {}), resources) - {name})
    return graph


def _lead(graph: Graph, senders: set[str], receivers: set[str]) -> None:
    for sender in senders:
        graph.setdefault(sender, set()).update(receivers)


def _reached(graph: Graph, start: str) -> set[str]:
    """Where one can get from here; the beginning only if one comes back."""
    reached: set[str] = set()
    waiting = list(graph.get(start, ()))
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += graph.get(node, ())
    return reached


def _of_type(resources: Resources, kind: str) -> Resources:
    return {name: found.get("Properties", {}) for name, found in resources.items() if found["Type"] == kind}


def _statements(resources: Resources, function: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What the function's role allows: by its own policies, and by those of the template that it is given."""
    for role in _ids(function.get("Role", {}), resources):
        properties = resources[role]["Properties"]
        documents = [one["PolicyDocument"] for one in properties.get("Policies", [])]
        managed = _ids(properties.get("ManagedPolicyArns", []), resources)
        documents += [resources[policy]["Properties"]["PolicyDocument"] for policy in managed]
        for document in documents:
            yield from (one for one in _listed(document["Statement"]) if one["Effect"] == "Allow")


def _sends_to(resources: Resources, statement: Mapping[str, Any]) -> set[str]:
    actions = _listed(statement["Action"])
    if not any(_matches(action, send) for action in actions for send in SENDS):
        return set()
    everything = statement["Resource"] == "*"
    named = resources.keys() if everything else _ids(statement["Resource"], resources)
    services = {action.split(":")[0] for action in actions}
    return {
        name
        for name in named
        if resources[name]["Type"] in CARRIERS and ("*" in services or _service(resources[name]["Type"]) in services)
    }


def _matches(pattern: str, action: str) -> bool:
    return action.startswith(pattern.removesuffix("*")) if pattern.endswith("*") else pattern == action


def _service(kind: str) -> str:
    return kind.split("::")[1].lower()


def _ids(value: Any, resources: Mapping[str, Any]) -> set[str]:
    """The resources of the template that a value names, however it does."""
    if isinstance(value, str):
        return {value} & resources.keys() or {part for part in _words(value) if part in resources}
    if isinstance(value, Mapping):
        return {name for one in value.values() for name in _ids(one, resources)}
    if isinstance(value, list):
        return {name for one in value for name in _ids(one, resources)}
    return set()


def _words(text: str) -> list[str]:
    """What stands in a text in `${...}`."""
    return [part.split("}")[0].split(".")[0] for part in text.split("${")[1:]]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _spoken(name: str) -> str:
    """`WorkersRetryLaneFunction` as `retry_lane`, `DeliveriesQueue` as `deliveries`."""
    bare = name.removeprefix("Workers").removesuffix("Function").removesuffix("Queue")
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in bare).lstrip("_")


def _arn(name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, "Arn"]}


def _function(name: str, statements: list[dict[str, Any]]) -> Resources:
    document = {"Statement": [{"Effect": "Allow", **statement} for statement in statements]}
    return {
        name: {"Type": "AWS::Lambda::Function", "Properties": {"Role": _arn(f"{name}Role")}},
        f"{name}Role": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": document}]}},
    }


def _may(action: str, to: Any) -> list[dict[str, Any]]:
    return [{"Action": [action], "Resource": to}]


def _polled(queue: str, function: str) -> Resources:
    source = {"EventSourceArn": _arn(queue), "FunctionName": {"Ref": function}}
    return {
        queue: {"Type": "AWS::SQS::Queue"},
        f"{queue}Source": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": source},
    }


def _topic(protocol: str, endpoint: str) -> Resources:
    told = {"TopicArn": {"Ref": "Topic"}, "Protocol": protocol, "Endpoint": _arn(endpoint)}
    return {
        "Topic": {"Type": "AWS::SNS::Topic"},
        "TopicSubscription": {"Type": "AWS::SNS::Subscription", "Properties": told},
    }


def _bucket(function: str) -> Resources:
    told = {"NotificationConfiguration": {"LambdaConfigurations": [{"Function": _arn(function)}]}}
    return {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": told}}


# What A may do, what B may do, and what is between them. B always answers by A's queue.
_BACK = _may("sqs:SendMessage", {"Fn::Sub": "${ToA.Arn}"})
CIRCLES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], Resources]] = {
    "queue": (_may("sqs:Send*", _arn("ToB")), _BACK, {**_polled("ToB", "B"), **_polled("ToA", "A")}),
    "topic": (_may("sns:Publish", {"Ref": "Topic"}), _BACK, {**_topic("lambda", "B"), **_polled("ToA", "A")}),
    "bucket": (_may("s3:PutObject", {"Fn::Sub": "${Bucket.Arn}/*"}), _BACK, {**_bucket("B"), **_polled("ToA", "A")}),
    "call": (_may("lambda:InvokeFunction", [_arn("B")]), _BACK, _polled("ToA", "A")),
    "topic and queue": (
        _may("sns:Publish", "*"),
        _BACK,
        {**_topic("sqs", "ToB"), **_polled("ToB", "B"), **_polled("ToA", "A")},
    ),
}
