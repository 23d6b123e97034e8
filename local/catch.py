"""Prints every request that arrives: `python -m local.catch [PORT]` is a receiver to look at deliveries with."""

import json
import sys
import threading

from local.errors import LocalError
from local.receiver import Answer, Received, Receiver
from local.terminal import complain, say, styled

PORT = 9000
# What says how a delivery is to be told from another, and who it comes from.
SHOWN = ("content-type", "authorization", "webhook-id", "webhook-timestamp", "webhook-signature")


def caught(received: Received) -> str:
    """Return a request as text: its line, the headers of a delivery, and the body, indented where it is JSON."""
    line = styled(f"{received.method} {received.path}", "bold")
    headers = [f"  {styled(name, 'dim')}: {received.headers[name]}" for name in SHOWN if name in received.headers]
    return "\n".join([line, *headers, *(f"  {one}" for one in _body(received.body).splitlines()), ""])


def _body(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body.decode(errors="replace")


def show(received: Received) -> Answer:
    """Print the request and answer 200."""
    say(caught(received))
    return Answer()


def main(arguments: list[str]) -> int:
    try:
        with Receiver(show, port=_port(arguments)) as receiver:
            say(f"Waiting for requests on {styled(receiver.url, 'bold')}; Ctrl-C ends it.\n")
            threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    except LocalError as error:
        complain(str(error))
        return 1
    return 0


def _port(arguments: list[str]) -> int:
    if not arguments:
        return PORT
    if not arguments[0].isdecimal() or int(arguments[0]) > 65535:  # noqa: PLR2004 - the highest port
        raise LocalError(f"A port is a number up to 65535, not '{arguments[0]}'.")
    return int(arguments[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
