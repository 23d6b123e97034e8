"""Writes openapi.yaml, the gateway's description of the API, from the code's table of routes: `make pages`.

The template includes this file as the API's definition. CloudFormation reads the included file without the short forms
of its functions (`!Sub`) and without YAML's aliases, so everything is written out.
"""

from __future__ import annotations

from typing import Any

import yaml

from local.bundle import ROOT
from local.gateway_answers import ANSWERS, GatewayAnswer
from switchboard.lambdas.routes import UNMATCHED, by_path, tree

FILE = ROOT / "openapi.yaml"
ANY = "x-amazon-apigateway-any-method"
REST = "/{proxy+}"  # every path that fits no other
# The gateway's longest time for a function that streams; for the others its own limit of 29 seconds holds.
STREAM_MILLISECONDS = 900_000
_LAMBDA = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path"
_HEAD = "# Written by `make pages` from layers/switchboard/switchboard/lambdas/routes.py: change the table there.\n"


def document() -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.0.1",
        "info": {"title": {"Ref": "AWS::StackName"}, "version": "1.0"},
        "x-amazon-apigateway-binary-media-types": ["*/*"],
        "x-amazon-apigateway-gateway-responses": {name: response(answer) for name, answer in ANSWERS.items()},
        "paths": {path: methods(path) for path in (*tree(), REST)},
    }


def methods(path: str) -> dict[str, Any]:
    """The methods of a path's routes, and one that takes every other method to the function that words refusals."""
    served = {method.lower(): operation(route.folder) for method, route in by_path().get(path, {}).items()}
    return {**served, ANY: operation(UNMATCHED)}


def operation(folder: str) -> dict[str, Any]:
    """A method that the function of this folder serves. Descriptions and schemas belong beside the integration."""
    return {"responses": {}, "x-amazon-apigateway-integration": integration(folder)}


def integration(folder: str) -> dict[str, Any]:
    """How the gateway calls the function: by a role, so no function needs a permission for each route."""
    streams = has_script(folder)
    version, action = ("2021-11-15", "response-streaming-invocations") if streams else ("2015-03-31", "invocations")
    found: dict[str, Any] = {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "credentials": {"Fn::GetAtt": ["GatewayRole", "Arn"]},
        "uri": {"Fn::Sub": f"{_LAMBDA}/{version}/functions/${{{logical_id(folder)}.Arn}}/{action}"},
    }
    return {**found, "responseTransferMode": "STREAM", "timeoutInMillis": STREAM_MILLISECONDS} if streams else found


def logical_id(folder: str) -> str:
    """The name that the template has for the function of a folder: `AdminAccountsFunction`."""
    return "".join(word.capitalize() for word in folder.replace("/", "_").split("_")) + "Function"


def response(answer: GatewayAnswer) -> dict[str, Any]:
    """An answer of the gateway's own, as API Gateway wants its description."""
    headers = {f"gatewayresponse.header.{name}": f"'{value}'" for name, value in answer.headers.items()}
    templates = {"application/json": answer.template}
    return {
        "statusCode": str(answer.status),
        **({"responseParameters": headers} if headers else {}),
        "responseTemplates": templates,
    }


def has_script(folder: str) -> bool:
    """Whether a script starts the function of this folder, which then streams its answers."""
    return (ROOT / "functions" / folder / "run.sh").is_file()


class _Dumper(yaml.SafeDumper):
    """Writes without aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the base class has it
        return True


def text() -> str:
    """The file."""
    return _HEAD + yaml.dump(document(), Dumper=_Dumper, sort_keys=False, width=120)


if __name__ == "__main__":
    FILE.write_text(text())
