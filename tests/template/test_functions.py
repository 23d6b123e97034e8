import re
from collections.abc import Callable
from typing import Any

import pytest

from local.bundle import ROOT, functions, load_template
from switchboard.accounts.upstream.connect import WORKING
from switchboard.bootstrap.vendors import ASKED_WITHIN

Resources = dict[str, dict[str, Any]]
OfType = Callable[[str], Resources]

FOLDERS = sorted(path.parent.relative_to(ROOT / "functions").as_posix() for path in ROOT.glob("functions/**/app.py"))
FUNCTIONS = {function.logical_id: function for function in functions(load_template())}
STREAMING = sorted(path.parent.relative_to(ROOT / "functions").as_posix() for path in ROOT.glob("functions/**/run.sh"))
CONVERTING = ("workflows/convert_audio",)
SETTINGS = ROOT / "layers/switchboard/switchboard/settings.py"
TEXT = (ROOT / "template.yaml").read_text()
LINES = 26  # of the template, for a function


def logical_id(folder: str) -> str:
    return "".join(word.capitalize() for word in re.split("[/_]", folder)) + "Function"


def test_every_folder_is_a_function_and_every_function_a_folder() -> None:
    """A handler that is written is deployed, under the name of its folder, and nothing else is."""
    assert {name: function.folder for name, function in FUNCTIONS.items()} == {
        logical_id(path): path for path in FOLDERS
    }


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_holds_its_app_alone(folder: str) -> None:
    """What is worth a second file belongs in the layer; one that streams has the script that starts its web server."""
    names = {path.name for path in (ROOT / "functions" / folder).iterdir() if path.name != "__pycache__"}
    assert names == ({"app.py", "run.sh"} if folder in STREAMING else {"app.py"})


def test_the_handler_is_always_the_same(of_type: OfType) -> None:
    """Every function starts at app.handler, those that stream by their script."""
    handlers = {name: found["Handler"] for name, found in of_type("AWS::Lambda::Function").items()}
    streaming = {logical_id(folder) for folder in STREAMING}
    assert handlers == {name: "run.sh" if name in streaming else "app.handler" for name in handlers}


def test_every_function_has_both_layers(of_type: OfType) -> None:
    """And those that stream a web server and its adapter too, those that convert audio FFmpeg."""
    layers = {name: len(found["Layers"]) for name, found in of_type("AWS::Lambda::Function").items()}
    more = {logical_id(folder): 2 for folder in STREAMING} | {logical_id(folder): 1 for folder in CONVERTING}
    assert layers == {name: 2 + more.get(name, 0) for name in layers}


@pytest.mark.parametrize("folder", STREAMING)
def test_what_streams_is_streamed_by_the_gateway(folder: str, of_type: OfType) -> None:
    """To the adapter, which streams too, and for as long as the function may run."""
    (api,) = of_type("AWS::ApiGateway::RestApi").values()
    function = of_type("AWS::Lambda::Function")[logical_id(folder)]
    integrations = [
        method["x-amazon-apigateway-integration"]
        for methods in api["Body"]["paths"].values()
        for method in methods.values()
        if logical_id(folder) in str(method["x-amazon-apigateway-integration"]["uri"])
    ]
    assert integrations
    assert {one["responseTransferMode"] for one in integrations} == {"STREAM"}
    assert {one["timeoutInMillis"] for one in integrations} == {function["Timeout"] * 1000}
    assert function["Environment"]["Variables"]["AWS_LWA_INVOKE_MODE"] == "response_stream"


@pytest.mark.parametrize("folder", STREAMING)
def test_the_script_of_what_streams_can_be_run(folder: str) -> None:
    """By a shell, with Unix line ends, and as a program."""
    script = ROOT / "functions" / folder / "run.sh"
    assert script.stat().st_mode & 0o111 == 0o111
    assert script.read_bytes().startswith(b"#!/bin/sh\n")
    assert b"\r" not in script.read_bytes()


def test_what_asks_a_pbx_ends_before_its_caller_gives_up(of_type: OfType) -> None:
    """All questions together, what is done after them, the function, the gateway: each has less time than the next."""
    timeout = of_type("AWS::Lambda::Function")["AdminSourceUpstreamFunction"]["Timeout"]
    assert ASKED_WITHIN < WORKING.total_seconds() < timeout - 3
    assert timeout < 29


def test_every_function_has_a_log_group_with_retention(of_type: OfType) -> None:
    """All functions log to one group, and logs do not pile up for ever."""
    used = {str(found["LoggingConfig"]["LogGroup"]["Ref"]) for found in of_type("AWS::Lambda::Function").values()}
    assert used == {"Logs"}
    assert all("RetentionInDays" in group for group in of_type("AWS::Logs::LogGroup").values())


def test_all_functions_are_given_the_same_environment(template: dict[str, Any]) -> None:
    """Globals have the variables. Workers also have their dead queue, others an address, a workflow or their reader."""
    resources = template["Resources"].values()
    own = [
        one["Properties"]["Environment"]["Variables"] for one in resources if "Environment" in one.get("Properties", {})
    ]
    more = {name for variables in own for name in variables if not name.startswith("AWS_L")}
    expected = {"BASE_URL", "CONVERT_AUDIO_FUNCTION", "DEAD_QUEUE_URL", "READ_STREAMS_FUNCTION"}
    chime = {"CHIME_APPLICATION", "CHIME_NUMBER"}
    assert more == expected | chime | {"PBX_QUEUE_URL", "LATENCY_BY_ACCOUNT"}


def test_the_environment_fits(template: dict[str, Any]) -> None:
    """Lambda takes 4 KB of names and values. There is room for a stack with a name of thirty letters in any region.

    Also after a restore of all tables and buckets.
    """
    common = template["Globals"]["Function"]["Environment"]["Variables"]
    streaming = template["Resources"]["SprecordEventsFunction"]["Properties"]["Environment"]["Variables"]
    room = 4096 - sum(len(name) + longest(template, value) for name, value in {**common, **streaming}.items())
    kept = [
        name
        for name, one in template["Resources"].items()
        if re.fullmatch("AWS::(DynamoDB::Table|S3::Bucket)", one["Type"])
    ]
    restored = ",".join(f"{name}=-restored" for name in kept)
    assert re.fullmatch(template["Parameters"]["RestoredNames"]["AllowedPattern"], restored)
    assert len(restored) < room + ADDRESS


# Letters that CloudFormation's name of a resource has beside those of the stack's and the logical id.
STACK, RANDOM = 30, 15
ARN = len("arn:aws:secretsmanager:ap-northeast-1:123456789012:stateMachine::")
URL = len("https://sqs.ap-northeast-1.amazonaws.com/123456789012/")
ADDRESS = 60  # the hub's, or a sender's


def longest(template: dict[str, Any], value: Any) -> int:
    """Letters of a variable's value in a stack whose name is as long as it may be."""
    match value:
        case {"Ref": name} if name in template["Parameters"]:
            default = str(template["Parameters"][name]["Default"])
            return len(default) or ADDRESS
        case {"Ref": name} if name.endswith("Api"):
            return len("a1b2c3d4e5")
        case {"Ref": name}:
            before = URL if name.endswith("Queue") else ARN if name.endswith("Topic") else 0
            return before + STACK + len(name) + RANDOM
        case {"Fn::GetAtt": [name, _]}:
            return ARN + len(name) + RANDOM + len("-123456")
        case {"Fn::Sub": text}:
            return ARN + STACK + len(text.rpartition("}")[2])
    return len(value)


def test_functions_are_given_only_variables_that_settings_reads() -> None:
    """The template sets no variable that nobody reads."""
    read = set(re.findall(r'"([A-Z_]{5,})"', SETTINGS.read_text()))
    given = set().union(*(function.variables for function in FUNCTIONS.values()))
    # Powertools and Lambda's web adapter read their own.
    assert {name for name in given if not name.startswith(("POWERTOOLS_", "AWS_"))} - read == set()


def test_settings_reads_only_variables_that_some_function_is_given() -> None:
    """Settings asks for no variable that the template never sets."""
    read = set(re.findall(r'"([A-Z_]{5,})"', SETTINGS.read_text()))
    given = set().union(*(function.variables for function in FUNCTIONS.values()))
    assert {name for name in read if not name.startswith("AWS_")} - given == set()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_fits_on_a_screen_of_the_template(name: str) -> None:
    """No function takes more than twenty-five lines of the template."""
    found = re.search(rf"^  {name}:\n((?:    .*\n)+)", TEXT, re.MULTILINE)
    assert found
    assert found[0].count("\n") <= LINES


def test_the_template_stays_readable(capsys: pytest.CaptureFixture[str]) -> None:
    """The template grows with the functions, and by no more than twenty-six lines for each with all that it needs."""
    lines = TEXT.count("\n")
    with capsys.disabled():
        print(f"\n{lines} lines of the template, {lines / len(FUNCTIONS):.1f} for each of {len(FUNCTIONS)} functions")  # noqa: T201
    assert lines <= LINES * len(FUNCTIONS)


def test_every_name_of_the_template_is_used() -> None:
    """A grant, or a shape, that nobody has any more is taken out."""
    named, used = re.findall(r"(?<= )&([\w-]+)", TEXT), re.findall(r"(?<=[\s\[,])\*([\w-]+)", TEXT)
    assert len(set(named)) == len(named)
    assert sorted(set(named) - set(used)) == []


@pytest.mark.parametrize("layer", ["dependencies", "audio"])
def test_the_layer_is_built_for_the_runtime_of_the_template(template: dict[str, Any], layer: str) -> None:
    """The wheels of the layer are those of the functions' runtime and architecture."""
    makefile = (ROOT / "layers" / layer / "Makefile").read_text()
    version = re.search(r"^LAMBDA_PYTHON \?= (.*)$", makefile, re.MULTILINE)
    platform = re.search(r"^LAMBDA_PLATFORM \?= manylinux(?:2014|_2_28)_(.*)$", makefile, re.MULTILINE)
    assert version and platform  # noqa: PT018 - two halves of one line
    common = template["Globals"]["Function"]
    assert common["Runtime"] == f"python{version[1]}"
    assert common["Architectures"] == [{"aarch64": "arm64"}.get(platform[1], platform[1])]


def test_runtime_and_architecture_cannot_be_set_against_the_layers(template: dict[str, Any]) -> None:
    """They are no parameters, and no function or layer has others."""
    common = template["Globals"]["Function"]
    assert {"Runtime", "Architecture"}.isdisjoint(template["Parameters"])
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        assert {"Runtime", "Architectures"}.isdisjoint(properties)
        assert properties.get("CompatibleRuntimes", [common["Runtime"]]) == [common["Runtime"]]
        assert properties.get("CompatibleArchitectures", common["Architectures"]) == common["Architectures"]
