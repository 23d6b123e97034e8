import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from local import build
from local.bundle import functions, load_template
from local.emulator import Emulator
from local.errors import LocalError
from local.files import read_json, write_json
from local.paths import Paths, shown
from local.processes import run_logged, tool

STACK = "switchboard"
WATCH = "workflows/watch_"  # the folders of the watches begin so
_DEPLOYED = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


@dataclass(frozen=True, slots=True)
class Stack:
    """Outputs of a deployed stack: the addresses of its REST API and of its WebSocket API, and the operator's token."""

    api_url: str
    pbx_url: str
    operator_token: str
    functions: tuple[str, ...]


def deploy(paths: Paths, emulator: Emulator, parameters: Mapping[str, str]) -> Stack:
    """Deploy the build, unless the same build is deployed with the same parameters."""
    key = _key(parameters)
    stack = _describe(emulator)
    if stack is None or read_json(paths.deployed).get("key") != key:
        _run(paths, emulator, parameters)
        stack = _describe(emulator)
        if stack is None:
            raise _failure(paths)
        write_json(paths.deployed, {"key": key})
        emulator.save()
    return _stack(emulator, {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]})


def is_deployed(paths: Paths, emulator: Emulator, parameters: Mapping[str, str]) -> bool:
    return _describe(emulator) is not None and read_json(paths.deployed).get("key") == _key(parameters)


def verify_sender(emulator: Emulator, sender: str) -> None:
    """Have the emulator take e-mail from this address, as the operator has SES do it on AWS; empty is none."""
    if sender:
        with suppress(ClientError):  # already verified
            emulator.client("sesv2").create_email_identity(EmailIdentity=sender)


def restart_workflows(emulator: Emulator) -> None:
    """Have every watch restart its workflows: an emulator that ends, ends all workflows."""
    with ThreadPoolExecutor() as threads:
        for done in [threads.submit(_restart, emulator, logical_id) for logical_id in watches()]:
            done.result()


def watches() -> list[str]:
    """Return the logical ids of the template's watches, so that a new watch runs after a restart too."""
    return [one.logical_id for one in functions(load_template()) if one.folder.startswith(WATCH)]


def _restart(emulator: Emulator, logical_id: str) -> None:
    watch = emulator.client("cloudformation").describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
    name = watch["StackResourceDetail"]["PhysicalResourceId"]
    emulator.client("lambda").invoke(FunctionName=name, Payload=json.dumps({"at_once": True}))


def _key(parameters: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps([build.digest(), dict(sorted(parameters.items()))]).encode()).hexdigest()


def _describe(emulator: Emulator) -> dict[str, Any] | None:
    try:
        stacks: list[dict[str, Any]] = emulator.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    except ClientError:
        return None
    return next((stack for stack in stacks if stack["StackStatus"] in _DEPLOYED), None)


def _run(paths: Paths, emulator: Emulator, parameters: Mapping[str, str]) -> None:
    # Until the deployment ends, the stack is not the last deployed build.
    paths.deployed.unlink(missing_ok=True)
    command = [tool("sam"), "deploy", "--config-env", "local", "--stack-name", STACK]
    command += ["--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())]
    environment = build.sam_environment(paths, AWS_ENDPOINT_URL=emulator.url)
    if run_logged(command, environment, paths.log("deploy")) != 0:
        if emulator.ended:
            raise emulator.failure()
        raise _failure(paths)


def _failure(paths: Paths) -> LocalError:
    return LocalError(f"The deployment failed; {shown(paths.log('deploy'))} says why.")


def _stack(emulator: Emulator, outputs: Mapping[str, str]) -> Stack:
    secret = emulator.client("secretsmanager").get_secret_value(SecretId=outputs["OperatorTokenSecretArn"])
    pages = emulator.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
    functions = tuple(
        resource["PhysicalResourceId"]
        for page in pages
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == "AWS::Lambda::Function"
    )
    stage = outputs.get("ApiStage", "v1")
    api_url = f"{emulator.url}/restapis/{outputs['ApiId']}/{stage}/_user_request_"
    pbx_url = f"{emulator.url}/_aws/execute-api/{outputs['PbxApiId']}/v1".replace("http", "ws", 1)
    return Stack(api_url, pbx_url, secret["SecretString"], functions)
