"""A template as CloudFormation has it after its first transforms: loops written out, files included.

Reads what template.yaml uses of `AWS::LanguageExtensions` (`Fn::ForEach` over resources, with `Ref`, `Fn::Sub` and
`Fn::FindInMap` of the loop's variable) and of `AWS::Include`. SAM's own expansion is of no use here: it resolves
`Fn::Sub` of attributes too, and loses them.
"""

from collections.abc import Callable, Mapping
from typing import Any

_LOOP = "Fn::ForEach::"

Read = Callable[[str], Any]
"""Reads a file that a template includes, by its location beside the template."""


def expanded(template: Mapping[str, Any], read: Read) -> dict[str, Any]:
    """The template with its loops written out and its files included. No two places of the result share an object."""
    mappings = template.get("Mappings", {})
    whole = {name: _value(section, {}, mappings, read) for name, section in template.items() if name != "Resources"}
    resources: dict[str, Any] = {}
    for name, resource in template["Resources"].items():
        resources |= _copies(name, resource, mappings, read)
    return {**whole, "Resources": resources}


def _copies(name: str, resource: Any, mappings: Mapping[str, Any], read: Read) -> dict[str, Any]:
    """The resources that one entry stands for: itself, or one of each kind for every item of the loop."""
    if name == "Fn::Transform":
        found = read(resource["Parameters"]["Location"])
        return {key: value for one in found for key, value in _copies(one, found[one], mappings, read).items()}
    if not name.startswith(_LOOP):
        return {name: _value(resource, {}, mappings, read)}
    variable, items, body = resource
    return {
        _filled(key, {variable: item}): _value(value, {variable: item}, mappings, read)
        for item in items
        for key, value in body.items()
    }


def _value(value: Any, bound: Mapping[str, str], mappings: Mapping[str, Any], read: Read) -> Any:
    if isinstance(value, list):
        return [_value(one, bound, mappings, read) for one in value]
    if not isinstance(value, Mapping):
        return value
    inner = {name: _value(one, bound, mappings, read) for name, one in value.items()}
    return _called(inner, bound, mappings, read) if len(inner) == 1 else inner


def _called(call: dict[str, Any], bound: Mapping[str, str], mappings: Mapping[str, Any], read: Read) -> Any:
    """What a mapping of one key comes to: a function's result where the transforms know it, else the mapping."""
    match call:
        case {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": location}}}:
            return _value(read(location), {}, mappings, read)
        case {"Ref": str(name)} if name in bound:
            return bound[name]
        case {"Fn::Sub": str(text)} if bound:
            filled = _filled(text, bound)
            return {"Fn::Sub": filled} if "${" in filled else filled
        case {"Fn::FindInMap": [str(name), str(first), str(second)]}:
            return mappings[name][first][second]
    return call


def _filled(text: str, bound: Mapping[str, str]) -> str:
    for name, item in bound.items():
        text = text.replace(f"${{{name}}}", item)
    return text
