"""`listen`: a receiver on this machine, which prints and can forward what a destination gets."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx
import typer

from switchboard_cli.session import WRONG, Session, fail, session

HERE = ("127.0.0.1", "localhost", "::1")
SECONDS = 10.0  # for an answer of the address that is forwarded to
FORWARDED = ("content-type", "webhook-id", "webhook-timestamp", "webhook-signature", "authorization")


@dataclass(frozen=True, slots=True)
class Caught:
    """A delivery that arrived."""

    headers: Mapping[str, str]
    body: bytes

    def is_signed_by(self, secret: str) -> bool:
        """Whether a signature of the delivery fits (Standard Webhooks)."""
        key = base64.b64decode(secret.removeprefix("whsec_") + "==")
        told = f"{self.headers.get('webhook-id')}.{self.headers.get('webhook-timestamp')}.".encode() + self.body
        made = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
        signatures = (one.removeprefix("v1,") for one in self.headers.get("webhook-signature", "").split())
        return any(hmac.compare_digest(made, one) for one in signatures)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(listen)


def listen(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="The account whose events arrive.")],
    forward_to: Annotated[str, typer.Option(help="Send each delivery on to this address.")] = "",
    dialect: Annotated[str, typer.Option(help="The dialect of the events.")] = "standard",
    public_url: Annotated[str, typer.Option(help="The address by which a distant hub reaches this machine.")] = "",
    port: Annotated[int, typer.Option(help="The port here; a free one unless told.")] = 0,
    count: Annotated[int, typer.Option(help="End after so many deliveries; 0: at Ctrl-C.")] = 0,
) -> None:
    """Make a destination for this machine, print what arrives, and remove the destination at the end.

    The hub's answer is the answer of the address that is forwarded to, so refusals and repeats can be tried.
    """
    now = session(context)
    if not public_url and urlsplit(now.found().url).hostname not in HERE:
        fail("The hub is not on this machine: give the address of a tunnel to this machine as --public-url.", WRONG)
    arrived: queue.Queue[Caught] = queue.Queue()
    server = ThreadingHTTPServer(("127.0.0.1", port), handler_for(arrived, forward_to))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        _serve(now, account, dialect, public_url or f"http://127.0.0.1:{server.server_port}/", arrived, count)
    except KeyboardInterrupt:
        now.out.say("")
    finally:
        server.shutdown()
        server.server_close()


def _serve(now: Session, account: str, dialect: str, url: str, arrived: queue.Queue[Caught], count: int) -> None:
    with now.client() as client:
        wish = {"account": account, "dialect": dialect, "url": url, "name": "switchboard listen"}
        made = client.add_destination(wish)
        try:
            now.out.say(f"Destination {made['id']} sends to {url}. Ctrl-C removes the destination.")
            now.out.say(f"Try: switchboard trigger {account} call.started")
            left = count
            while not count or left > 0:
                _print(now, arrived.get(), made.get("secret", ""))
                left -= 1
        finally:
            client.remove_destination(account, made["id"])


def _print(now: Session, one: Caught, secret: str) -> None:
    signed = one.is_signed_by(secret) if secret else None
    try:
        body = json.loads(one.body)
    except ValueError:
        body = one.body.decode(errors="replace")
    told = {"id": one.headers.get("webhook-id"), "signed": signed, "body": body}
    said = {True: "signature is right", False: "SIGNATURE IS WRONG", None: "not signed"}[signed]
    now.out.line(told, f"{told['id']} ({said})\n{json.dumps(body, indent=2, ensure_ascii=False)}")


def handler_for(arrived: queue.Queue[Caught], forward_to: str) -> type[BaseHTTPRequestHandler]:
    """Return the handler of deliveries."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            one = Caught({name.lower(): value for name, value in self.headers.items()}, body)
            status = forwarded(one, forward_to) if forward_to else 200
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            arrived.put(one)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Print nothing: deliveries are printed."""

    return Handler


def forwarded(one: Caught, url: str) -> int:
    """Send a delivery on, and return the answer's status; 502 without an answer."""
    headers = {name: one.headers[name] for name in FORWARDED if name in one.headers}
    try:
        return httpx.post(url, content=one.body, headers=headers, timeout=SECONDS).status_code
    except httpx.HTTPError:
        return 502
