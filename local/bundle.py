"""What template.yaml says about the functions, and how to run one with nothing but the built layers on its path."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from local.expansion import expanded

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".aws-sam" / "local"
LAYERS = (BUILD / "SwitchboardLayer" / "python", BUILD / "DependenciesLayer" / "python")
# Of the functions that stream, beside the other two.
WEB_LAYER = BUILD / "WebLayer" / "python"
# Of the functions that convert audio.
AUDIO_LAYER = BUILD / "AudioLayer" / "python"

# Isolated, and without site: neither the virtual environment nor the working directory is on the path.
_PYTHON = (sys.executable, "-I", "-S", "-B", "-c")
_PATH = "import sys; sys.path[:0] = sys.argv[1:5]\n"


@dataclass(frozen=True, slots=True)
class Function:
    folder: str
    logical_id: str
    variables: frozenset[str]
    streams: bool = False
    converts: bool = False

    @property
    def built(self) -> Path:
        return BUILD / self.logical_id


# The one that is written in C, where PyYAML has been built with it.
_SafeLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SafeLoader):  # type: ignore[misc, valid-type]
    """Reads CloudFormation's short forms as the long ones."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)


@cache
def load_template(path: Path = ROOT / "template.yaml") -> dict[str, Any]:
    """The template with its short forms as long ones, its loops written out and its files included.

    The file is read once a process; callers do not change the answer.
    """
    return expanded(_read(path), lambda location: _read(path.parent / location))


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(), _Loader)  # noqa: S506 - a SafeLoader, with the short forms


def functions(template: Mapping[str, Any]) -> Iterator[Function]:
    common = _variables(template["Globals"]["Function"])
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            properties = resource["Properties"]
            folder = properties["CodeUri"].removeprefix("functions/")
            streams = properties.get("Handler") == "run.sh"
            converts = {"Ref": "AudioLayer"} in properties.get("Layers", [])
            yield Function(folder, logical_id, common | _variables(properties), streams, converts)


def _variables(properties: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(properties.get("Environment", {}).get("Variables", ()))


def run_isolated(
    function: Function, code: str, variables: Mapping[str, str], given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `code` as the function's worker would: its folder and its layers on the path, its variables alone."""
    layers = [*LAYERS, *[WEB_LAYER] * function.streams, *[AUDIO_LAYER] * function.converts]
    command = (*_PYTHON, _PATH + code, str(function.built), *map(str, layers))
    environment = {"PATH": os.environ.get("PATH", ""), **variables}
    return subprocess.run(command, env=environment, input=given, capture_output=True, text=True, check=False)
