"""What a template comes to when its loops are written out and its files included."""

from typing import Any

from local.bundle import ROOT, load_template
from local.expansion import expanded

LOOP: dict[str, Any] = {
    "Mappings": {"Queues": {"Events": {"Age": 300}, "Retries": {"Age": 1800}}},
    "Resources": {
        "Fn::ForEach::Alarms": [
            "Queue",
            ["Events", "Retries"],
            {
                "${Queue}Alarm": {
                    "Type": "AWS::CloudWatch::Alarm",
                    "Properties": {
                        "Name": {"Fn::Sub": "${AWS::StackName}-${Queue}"},
                        "Of": {"Fn::GetAtt": [{"Fn::Sub": "${Queue}Queue"}, "Arn"]},
                        "Threshold": {"Fn::FindInMap": ["Queues", {"Ref": "Queue"}, "Age"]},
                    },
                }
            },
        ]
    },
}


def nothing(location: str) -> Any:
    """A file that no test expects to be read."""
    raise AssertionError(location)


def test_a_loop_is_a_resource_for_each_item() -> None:
    """Named by the item, with what the item means in its place, and with the stack's own names left alone."""
    resources = expanded(LOOP, nothing)["Resources"]
    assert list(resources) == ["EventsAlarm", "RetriesAlarm"]
    assert resources["RetriesAlarm"]["Properties"] == {
        "Name": {"Fn::Sub": "${AWS::StackName}-Retries"},
        "Of": {"Fn::GetAtt": ["RetriesQueue", "Arn"]},
        "Threshold": 1800,
    }


def test_a_file_is_included_in_its_place() -> None:
    """By its location."""
    body = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "routes.yaml"}}}
    template = {"Resources": {"Api": {"Type": "AWS::Serverless::Api", "Properties": {"DefinitionBody": body}}}}
    found = expanded(template, {"routes.yaml": {"paths": {"/": {}}}}.__getitem__)
    assert found["Resources"]["Api"]["Properties"]["DefinitionBody"] == {"paths": {"/": {}}}


def test_loops_of_an_included_file_are_written_out() -> None:
    """A file may be included among the resources, beside others."""
    call = {"Name": "AWS::Include", "Parameters": {"Location": "alarms.yaml"}}
    template = {**LOOP, "Resources": {"Queue": {"Type": "T"}, "Fn::Transform": call}}
    assert list(expanded(template, {"alarms.yaml": LOOP["Resources"]}.__getitem__)["Resources"]) == [
        "Queue",
        "EventsAlarm",
        "RetriesAlarm",
    ]


def test_what_has_one_name_is_not_one_object() -> None:
    """SAM changes what it reads: a grant that it changed for one function would be changed for all."""
    shared = {"Effect": "Allow"}
    policies = {name: {"Type": "T", "Properties": {"Statement": [shared]}} for name in ("One", "Two")}
    one, two = expanded({"Resources": policies}, nothing)["Resources"].values()
    assert one == two
    assert one["Properties"]["Statement"][0] is not two["Properties"]["Statement"][0]


def test_nothing_of_the_template_is_left_to_be_written_out() -> None:
    """Whatever loops and files it has are known here."""
    whole = str(load_template(ROOT / "template.yaml"))
    assert [name for name in ("Fn::ForEach", "AWS::Include", "Fn::FindInMap") if name in whole] == []
