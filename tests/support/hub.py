"""The hub in one process: every function by its handler, with the variables that the template gives it."""

from __future__ import annotations

import base64
import importlib.util
import io
import json
import logging
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from threading import local
from types import ModuleType
from typing import Any, TypeVar, cast

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from local import asgi
from local.bundle import ROOT, functions, load_template
from switchboard import settings
from switchboard.accounts.digests import digest_of
from switchboard.accounts.model import Source
from switchboard.aws import clients
from switchboard.aws.accounts_table import AccountsTable
from switchboard.aws.subscriptions_table import SubscriptionsTable
from switchboard.aws.vault import KmsVault
from switchboard.dialects.vpbx.tokens import write_token
from switchboard.observability import logs
from switchboard.subscriptions.model import Subscription
from tests.aws_rules import gateway, iam
from tests.aws_rules.checker import CHECKER, shown
from tests.aws_rules.iam import Statement
from tests.aws_rules.roles import role_of
from tests.fakes.chime import APPLICATION, NUMBER
from tests.support.builders import a_source, a_subscription, a_token, an_account
from tests.support.gateway import Answer, proxy_event, route_for
from tests.support.stack import OPERATOR_TOKEN, TOKEN_KEY, Stack, function_folders, function_properties
from tests.support.threads import at_once

PARAMETERS = {
    "RetrySchedule": "0,3600,7200",  # a lane that failed is tried again at once, by the queue and by the workflow
    "FastAttempts": "3",
    "DeliveryTimeout": "2",
    "AllowPrivateTargets": "true",
    "PublicUrl": "https://hub.example",
    "EmailSender": "hub@hub.example",
    "ChimeApplication": APPLICATION,
    "ChimeNumber": NUMBER,
    "StreamSeconds": "0",  # what there is, and no waiting for more
}
OPERATOR = {"Authorization": f"Bearer {OPERATOR_TOKEN}"}
RETRY_LANE, REDELIVER = "workers/retry_lane", "workflows/redeliver"
FETCH = "workflows/fetch_recording"
PBX_GATEWAY = "https://PbxApi.execute-api.us-east-1.amazonaws.com/v1"
POLL = 30  # seconds between two looks at what came of a turn
JSON = {"Content-Type": "application/json"}


H = TypeVar("H", bound="Hub")


class Context:
    """What the runtime passes beside the event."""

    def __init__(self, folder: str, remaining: float = 60.0) -> None:
        self.function_name = folder.replace("/", "-")
        self.function_version = "$LATEST"
        self.invoked_function_arn = f"arn:aws:lambda:us-east-1:123456789012:function:{self.function_name}"
        self.memory_limit_in_mb = 512
        self.aws_request_id = "11111111-2222-3333-4444-555555555555"
        self.log_group_name, self.log_stream_name = "group", "stream"
        self._remaining = remaining

    def get_remaining_time_in_millis(self) -> int:
        return int(self._remaining * 1000)


class Hub:
    """The functions over one stack.

    `calls` are the requests that they made to AWS, as (folder, service, operation, parameters). `granted` are the
    grants by which the roles allowed the requests, as (folder, action, resource). What AWS would refuse fails the test.
    """

    def __init__(self, stack: Stack, patch: pytest.MonkeyPatch) -> None:
        self.stack, self._patch = stack, patch
        self.stack.refs |= PARAMETERS
        self.log = io.StringIO()
        self.calls: list[tuple[str, str, str, Mapping[str, Any]]] = []
        self.cold = False
        self.granted: set[tuple[str, str, str]] = set()
        self._roles: dict[str, tuple[Statement, ...]] = {}
        self._authorized: set[tuple[object, ...]] = set()
        self._asking: list[str] = []  # the last was begun last
        self._invoked = local()
        self._turns: dict[str, dict[str, Any]] = {}

    def invoke(self, folder: str, event: Mapping[str, Any], remaining: float = 60.0, **changed: str) -> dict[str, Any]:
        """Run a function's handler; `changed` are variables of another value than the template's."""
        if self.cold:
            self.restart()
        with self.asking_as(folder, **changed):
            return self._run(folder, event, remaining)

    def race(self, folder: str, events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Run a function's handler on several events at the same instant."""
        with self.asking_as(folder):
            ends = at_once([partial(self._run, folder, event, 60.0) for event in events])
        assert all(isinstance(end, dict) for end in ends), ends
        return cast("list[dict[str, Any]]", ends)

    @contextmanager
    def asking_as(self, folder: str, **changed: str) -> Iterator[None]:
        """A function's environment and role: each request to AWS is held against the role."""
        with self._asker(folder), self.running(folder, **changed):
            yield

    @contextmanager
    def asking_as_the_test(self) -> Iterator[None]:
        """Requests that a test makes while a function runs: no role is asked about them."""
        with self._asker(""):
            yield

    @contextmanager
    def _asker(self, folder: str) -> Iterator[None]:
        """The function that asks AWS. A running function may ask another, whose threads run beside its own."""
        self._asking.append(folder)
        try:
            yield
        finally:
            self._asking.remove(folder)

    @property
    def _folder(self) -> str:
        return self._asking[-1] if self._asking else ""

    @contextmanager
    def running(self, folder: str, **changed: str) -> Iterator[None]:
        """A function's environment alone, for use cases that a test calls by itself."""
        with self._patch.context() as patch:
            for name in variables():
                patch.delenv(name, raising=False)
            for name, value in {**self.stack.environment(folder), **changed}.items():
                patch.setenv(name, value)
            yield

    @staticmethod
    def _run(folder: str, event: Mapping[str, Any], remaining: float) -> dict[str, Any]:
        CHECKER.tell(f"an event of {folder}", gateway.event_violations(event))
        answer = handler(folder)(json.loads(json.dumps(event)), Context(folder, remaining))
        found = gateway.answer_violations(event, answer, streams=streams(folder))
        CHECKER.tell(f"an answer of {folder}: {shown(answer)}", found)
        return answer

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """A request through the route that the template has for it. A body that is no text is sent as JSON."""
        text = body if body is None or isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        event = proxy_event(method, path, text, {**JSON, **(headers or {})}, query)
        return self.answer(route_for(method, path)[0].folder, event)

    def answer(self, folder: str, event: Mapping[str, Any]) -> Answer:
        """What a function answers to an event of API Gateway."""
        told = self.invoke(folder, event)
        headers = {name: values[-1] for name, values in (told.get("multiValueHeaders") or {}).items()}
        headers |= told.get("headers") or {}
        if told.get("isBase64Encoded"):
            return Answer(told["statusCode"], headers, "", base64.b64decode(told["body"]))
        return Answer(told["statusCode"], headers, told.get("body") or "")

    def operator(self, method: str, path: str, body: Any = None, **query: str) -> Answer:
        """A request of the operator's."""
        return self.request(method, path, body, OPERATOR, query)

    def poll(self, queue: str, folder: str) -> list[dict[str, Any]]:
        """Hand a batch of messages to a worker, delete what it did, and give back what it did not."""
        records = self.stack.messages(queue)
        if not records:
            return []
        answer = self.invoke(folder, {"Records": records})
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        self.stack.delete(queue, [record for record in records if record["messageId"] not in failed])
        return [record for record in records if record["messageId"] in failed]

    def work_events(self) -> None:
        """Let the worker of events run until there is nothing that it can do."""
        while self.visible("EventsQueue"):
            self.poll("EventsQueue", "workers/apply_call_event")

    def work(self) -> None:
        """Let the workers run until there is nothing that they can do."""
        self.work_events()
        while any([self._polled("DeliveriesQueue", "workers/deliver"), self._polled("RetriesQueue", RETRY_LANE)]):
            pass

    def _polled(self, queue: str, folder: str) -> bool:
        visible = self.visible(queue)
        if visible:
            self.poll(queue, folder)
        return visible

    def turns(self) -> list[dict[str, Any]]:
        """The turns of the workflow of every receiver in trouble, as its state machine takes them.

        With what comes of each, until the next is none that only looks what has come of the one before.
        """
        taken = self._turns_taken()
        while any(not state["done"] and state["wait"] <= POLL for state in taken):
            self.work()
            taken = self._turns_taken()
        return taken

    def _turns_taken(self) -> list[dict[str, Any]]:
        started = {one["endpoint"]: one for one in self.stack.executions()}
        states = {endpoint: self._turns.get(endpoint, state) for endpoint, state in started.items()}
        states = {endpoint: state for endpoint, state in states.items() if not state.get("done")}
        self._turns |= {endpoint: self.invoke(REDELIVER, state) for endpoint, state in states.items()}
        return [self._turns[endpoint] for endpoint in states]

    def fetches(self) -> list[dict[str, Any]]:
        """A turn of the workflow of every recording that is waited for, as its state machine takes it."""
        started = {one["name"]: one for one in self.stack.executions("FetchRecordingWorkflow")}
        states = {name: self._turns.get(name, state) for name, state in started.items()}
        states = {name: state for name, state in states.items() if not state.get("done")}
        self._turns |= {name: self.invoke(FETCH, state) for name, state in states.items()}
        return [self._turns[name] for name in states]

    def restart(self) -> None:
        """Forget what warm functions remember, as a new container does."""
        for module in [one for name, one in sys.modules.items() if name.startswith("switchboard.bootstrap")]:
            for name in dir(module):
                forget = getattr(getattr(module, name), "cache_clear", None)
                if forget is not None:
                    forget()
        settings.delivery_settings.cache_clear()

    def account(self, id_: str = "acme", **fields: Any) -> dict[str, str]:
        """A new account, and the headers of its token for IS.VPBX's API."""
        table = self._table()
        table.accounts.add(an_account(id_, **fields))
        token = a_token(f"of-{id_}", account=id_, kind="vpbx")
        text = write_token(token, TOKEN_KEY)
        table.tokens.add(a_token(text, id=token.id, account=id_, digest=digest_of(text)))
        return {"Authorization": f"Bearer {text}"}

    def source(self, id_: str = "s-office", **fields: Any) -> Source:
        """A new source."""
        source = a_source(id_, **fields)
        self._table().sources.add(source)
        return source

    def subscribe(self, event_name: str = "start.call", **fields: Any) -> Subscription:
        """A new subscription; its credentials are sealed."""
        subscription = a_subscription(event_name, **fields)
        vault = KmsVault(self.stack.clients.kms, self.stack.refs["SecretsKey"])
        sealed: dict[str, Any] = {
            name: vault.seal(subscription.account, text)
            for name in ("auth_string", "secret")
            if (text := getattr(subscription, name))
        }
        subscription = replace(subscription, **sealed)
        SubscriptionsTable(self.stack.dynamodb, self.stack.table("SubscriptionsTable")).add(subscription)
        return subscription

    def watch(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        """Note a request to AWS, and hold a function's against its role."""
        service, invoked = model.service_model.service_name, getattr(self._invoked, "folder", "")
        asking = [invoked] if invoked else self._asking[::-1]
        self.calls.append((asking[0] if asking else "", service, model.name, dict(params)))
        if asking and asking[0]:
            self._authorize(asking, service, model.name, params)

    def _authorize(self, asking: Sequence[str], service: str, operation: str, params: Mapping[str, Any]) -> None:
        """Hold a request against the role of the function that runs, or of one that waits for that function."""
        needs = list(iam.needs(service, operation, params))
        if not any(self._allows(folder, needs) for folder in asking if folder):
            folder = asking[0]
            CHECKER.tell(f"{folder}: {service} {operation} {shown(params)}", iam.violations(self._roles[folder], needs))

    def _allows(self, folder: str, needs: Sequence[iam.Need]) -> bool:
        if folder not in self._roles:
            self._roles[folder] = role_of(folder, self.stack)
        asked = [(folder, need.action, need.resource, *need.context.items()) for need in needs]
        if self._authorized.issuperset(asked):
            return True
        grants = [iam.grant_of(self._roles[folder], need) for need in needs]
        self.granted |= {(folder, *grant) for grant in grants if grant}
        if None in grants:
            return False
        self._authorized.update(asked)
        return True

    def answer_for(self, params: Mapping[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        """Answer for Lambda, if a function invokes another function and waits."""
        if params["headers"].get("X-Amz-Invocation-Type") == "Event" or not self._folder:  # another hub's function asks
            return None
        name = params["url_path"].split("/")[-2]
        self._invoked.folder = folders()[name]  # beside other threads, with the variables that all functions have
        told = self._run(folders()[name], json.loads(params["body"]), 60.0)
        self._invoked.folder = ""
        payload = io.BytesIO(json.dumps(told).encode())
        return AWSResponse("", 200, HTTPHeaders(), None), {"StatusCode": 200, "Payload": payload}

    def visible(self, queue: str) -> bool:
        """Whether there are messages that a worker could have now."""
        url = self.stack.queue(queue)
        answer = self.stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        return answer["Attributes"]["ApproximateNumberOfMessages"] != "0"

    def _table(self) -> AccountsTable:
        return AccountsTable(self.stack.dynamodb, self.stack.table("AccountsTable"))


def open_hub(stack: Stack, patch: pytest.MonkeyPatch) -> Hub:
    """A hub whose log and requests to AWS can be looked at."""
    return opened(Hub(stack, patch), patch)


def opened(hub: H, patch: pytest.MonkeyPatch) -> H:
    """The same for a hub of another kind."""
    patch.setenv("POWERTOOLS_SERVICE_NAME", "switchboard")
    logs.logger.cache_clear()  # a test without a hub may have made it, under no name
    logs.logger()
    for handler in logging.getLogger("switchboard").handlers:
        patch.setattr(handler, "stream", hub.log)
    for client in asked():
        client.meta.events.register("before-parameter-build.*.*", hub.watch)
    events: Any = clients.patient_lambda().meta.events
    events.register("before-call.lambda.Invoke", hub.answer_for)
    hub.restart()
    return hub


def close_hub(hub: Hub) -> None:
    """Forget everything that the functions remember of this hub."""
    hub.restart()
    for client in asked():
        client.meta.events.unregister("before-parameter-build.*.*", hub.watch)
    events: Any = clients.patient_lambda().meta.events
    events.unregister("before-call.lambda.Invoke", hub.answer_for)


def asked() -> list[Any]:
    """The clients of all the services that functions ask."""
    return [
        clients.dynamodb(),
        clients.sqs(),
        clients.secretsmanager(),
        clients.kms(),
        clients.lambda_(),
        clients.patient_lambda(),
        clients.sns(),
        clients.stepfunctions(),
        clients.s3(),
        clients.dynamodb_at_the_door(),
        clients.sqs_at_the_door(),
        clients.s3_at_the_door(),
        clients.sesv2(),
        clients.polly(),
        clients.pbx_gateway(PBX_GATEWAY),
        clients.chime(),
        clients.dynamodb_in_a_call(),
        clients.sqs_in_a_call(),
    ]


@cache
def variables() -> frozenset[str]:
    """Every variable that some function is given."""
    return frozenset(name for folder in function_folders() for name in _names(folder))


@cache
def folders() -> dict[str, str]:
    """The folder of each function, by the function's logical id."""
    return {function.logical_id: function.folder for function in functions(load_template())}


def _names(folder: str) -> set[str]:
    return set(function_properties(folder).get("Environment", {}).get("Variables", {}))


@cache
def module(folder: str) -> ModuleType:
    """A function's app.py, loaded under a name of its own."""
    path = ROOT / "functions" / folder / "app.py"
    spec = importlib.util.spec_from_file_location(f"app_{folder.replace('/', '_')}", path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def streams(folder: str) -> bool:
    """Whether a function is a web server, whose answers are streamed."""
    found = module(folder)
    return hasattr(found, "app") and not hasattr(found, "handler")


def handler(folder: str) -> Callable[[Any, Any], dict[str, Any]]:
    """A function's handler; one that streams is asked as its web server would be."""
    found = module(folder)
    if streams(folder):
        return lambda event, _: asgi.answer(found.app, event)
    return cast("Callable[[Any, Any], dict[str, Any]]", found.handler)
