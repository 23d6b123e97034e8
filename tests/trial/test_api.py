"""Schemathesis against the hub, by `make api`: good and bad requests, and answers held against the API's document."""

from __future__ import annotations

import json
import os
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest

from local.api.document import FILE
from local.bundle import ROOT
from switchboard.dialects.registry import CATO
from switchboard.lambdas.routes import METHODS
from tests.functions.conftest import hub as hub  # noqa: PLC0414 - the fixture
from tests.functions.test_events import crm as crm  # noqa: PLC0414 - the fixture
from tests.functions.test_events import values as values  # noqa: PLC0414 - the fixture
from tests.support.gateway import proxy_event, route_for
from tests.support.hub import Hub
from tests.support.stack import OPERATOR_TOKEN

PROGRAM = ROOT / ".venv-api" / "bin" / "schemathesis"
HERE = ROOT / "tests" / "trial"
SECONDS = os.environ.get("API_SECONDS", "")
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
# The stream lasts; an erasure takes away what other requests are about, and an operator is switched off.
LEFT_OUT = r"^/sys/events$|/erase$|^/admin/operators|^/console/"


@pytest.mark.skipif(not SECONDS, reason="takes a minute: `make api` runs it")
@pytest.mark.refused_by_aws  # random texts of requests reach AWS's rules in the process
def test_the_api_is_as_its_document_says(hub: Hub, values: dict[str, str], tmp_path: Any) -> None:
    """No 5xx, answers conform, and what the document forbids is refused."""
    server = HTTPServer(("127.0.0.1", 0), handler_for(hub))
    server.timeout = 0.2
    command = list(arguments(f"http://127.0.0.1:{server.server_port}"))
    environment = {**os.environ, "API_KNOWN": json.dumps(known(values)), "SCHEMATHESIS_HOOKS": str(HERE / "hooks.py")}
    log = tmp_path / "log"
    with log.open("w") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out, cwd=tmp_path)
        while process.poll() is None:
            server.handle_request()
    server.server_close()
    print(log.read_text())  # noqa: T201 - the report is what one runs it for
    assert process.returncode == 0


def arguments(address: str) -> Iterator[str]:
    """The command."""
    yield from (
        str(PROGRAM),
        "--config-file",
        str(HERE / "schemathesis.toml"),
        "run",
        str(FILE),
        "--url",
        address,
        "--phases",
        "examples,coverage,fuzzing",
    )
    yield from ("--max-time", SECONDS, "--checks", ",".join(CHECKS), "--exclude-path-regex", LEFT_OUT)
    yield from ("--exclude-operation-id", "admin_erasures_erase_account", "--max-examples", "10", "--no-shrink")
    yield from ("--continue-on-failure", "--warnings", "off", "--no-color", "--request-timeout", "30")


def known(values: Mapping[str, str]) -> dict[str, Any]:
    """The credentials by the beginning of a path, and ids by the names of the path's parameters."""
    operator = {"Authorization": f"Bearer {OPERATOR_TOKEN}"}
    kontur = {"X-XCOM-AccessKey": values["kontur_key"]}
    cato = {"Authorization": f"Bearer plain:{values['cato_token']}"}
    credentials = [
        ("/admin", operator),
        ("/sys", {"Authorization": f"Bearer {values['sprecord_token']}"}),
        ("/api/v1/{ws}", kontur),
        *((path.rstrip("/"), cato) for path in CATO),
        ("/api", {"Authorization": f"Bearer {values['vpbx_token']}"}),
        ("/", {}),
    ]
    ids = {
        "account": "demo", "ws": "demo", "source": "s-vpbx", "dialect_or_source": "vpbx", "number": "101",
        "event": "x", "detail": "x", "group": values["group"], "call": values["simulated_call"], "call_id": "1",
        "record_id": values["record_number"],
        **{name: values[name] for name in (
            "delivery", "endpoint", "connector", "command", "recording", "audio", "upload", "task", "settings",
            "execution", "token",
        )},
    }  # fmt: skip
    return {"credentials": credentials, "ids": ids}


def handler_for(hub: Hub) -> type[BaseHTTPRequestHandler]:
    """The gateway's part: each request becomes an event for the function of its route."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def serve(self) -> None:
            """Answer a request of any method."""
            if self.command not in METHODS:
                self.send_error(405)
                return
            event = event_of(self)
            answer = hub.answer(route_for(self.command, event["path"])[0].folder, event)
            data = answer.content or answer.text.encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_TRACE = serve  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class has it
            pass

    return Handler


def event_of(request: BaseHTTPRequestHandler) -> dict[str, Any]:
    """The event of a request, with its body as the gateway hands bodies over: in base64."""
    path, _, query = request.path.partition("?")
    body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
    headers = {name: value for name, value in request.headers.items() if name != "Host"}
    event = proxy_event(request.command, path, None, headers, dict(parse_qsl(query, keep_blank_values=True)))
    text = b64encode(body).decode() if body else None
    return {**event, "body": text, "isBase64Encoded": text is not None}
