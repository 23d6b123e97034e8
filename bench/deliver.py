"""`python -m bench deliver`: the rate of the function behind the queue, against a bare loop of pooled urllib3 posts.

Both post the same bytes to a receiver in a process and on a core of its own, signed at every post. The function
receives batches as from SQS; the loop only posts prepared bytes. Rounds alternate, and the medians count. Wall-clock
time includes waiting for the receiver and the machine's other work. Processor time of this process includes neither, so
the function gains nothing from waiting for many answers at once.
"""

import base64
import importlib.util
import json
import os
import platform
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from zlib import crc32

import urllib3

from bench.answers import answered
from bench.environment import set_variables
from bench.figures import note
from bench.receiver import receiving
from switchboard.aws import clients
from switchboard.aws.codec import dump
from switchboard.deliveries.fan_out import delivery_id, endpoint_id
from switchboard.deliveries.model import Delivery
from switchboard.deliveries.signing import signature_headers
from switchboard.subscriptions.model import AuthType, Subscription

ROOT = Path(__file__).parents[1]
ROUNDS, BATCHES, BATCH = 9, 150, 10
EVENTS_OF_A_CALL, IN_FLIGHT = 4, 10
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
LOGIN = "crm:secret-of-the-crm"
START = ROOT / "events/dialects/vpbx/start_call.json"
Event = dict[str, Any]
Loop = Callable[[Sequence[Event]], None]
_numbers = count(1)


class Context:
    """What the runtime passes beside the event."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 60_000


@dataclass(frozen=True, slots=True)
class Pace:
    """Deliveries a second by the clock, and a second of the processor's time."""

    clock: float
    processor: float


def measure() -> int:
    """Run and print; 0, as whatever is not delivered ends the run."""
    with ExitStack() as stack:
        url = stack.enter_context(receiving(cores=_keep_to_one_core(stack)))
        asked = stack.enter_context(_environment(_subscription(url)))
        loops: dict[str, Loop] = {"bare": _Bare(url), "function": _Function()}
        for loop in loops.values():  # imports, connections, and what is read once a while
            loop(_events(url, BATCH))
        asked.clear()
        paces: dict[str, list[Pace]] = {name: [] for name in loops}
        for _ in range(ROUNDS):
            events = _events(url, BATCHES)
            for name, loop in loops.items():
                paces[name].append(_pace(loop, events))
    _report(paces["bare"], paces["function"], asked)
    return 0


def _pace(loop: Loop, events: Sequence[Event]) -> Pace:
    clock, processor = time.perf_counter(), time.process_time()
    loop(events)
    done = sum(len(event["Records"]) for event in events)
    return Pace(done / (time.perf_counter() - clock), done / (time.process_time() - processor))


class _Bare:
    """What posting and signing take by themselves."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = urllib3.PoolManager()
        self._headers = {
            "content-type": "application/json",
            "user-agent": "Switchboard/1.0",
            "authorization": "Basic " + base64.b64encode(LOGIN.encode()).decode(),
        }

    def __call__(self, events: Sequence[Event]) -> None:
        for event in events:
            for record in event["Records"]:
                self._post(record["messageId"], record["bare"])

    def _post(self, id_: str, body: bytes) -> None:
        headers = {**self._headers, **signature_headers(id_, datetime.now(UTC), body, (SECRET,))}
        answer = self._pool.urlopen("POST", self._url, body=body, headers=headers)
        if answer.status != 200:  # noqa: PLR2004 - OK
            raise RuntimeError(f"answer: {answer.status}")


class _Function:
    """The handler, as the runtime calls it."""

    def __init__(self) -> None:
        path = ROOT / "functions/workers/deliver/app.py"
        spec = importlib.util.spec_from_file_location("deliver_app", path)
        if spec is None or spec.loader is None:
            raise RuntimeError(f"not a module: {path}")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self._handler = module.handler

    def __call__(self, events: Sequence[Event]) -> None:
        for event in events:
            if self._handler(event, Context())["batchItemFailures"]:
                raise RuntimeError("a delivery failed")


@contextmanager
def _environment(subscription: Subscription) -> Iterator[Counter[str]]:
    """Set the function's variables and answer its requests to AWS. Yields how often each operation was asked."""
    tables = set_variables("workers/deliver", ALLOW_PRIVATE_TARGETS="true")
    found = json.dumps({"Item": {"data": {"S": dump(subscription)}}}).encode()
    row = {"pk": f"bench#{endpoint_id(subscription.receiver)}", "receiver": subscription.url,
           "last_success_at": "2026-03-01T00:00:00+00:00"}  # fmt: skip
    healthy = json.dumps({"Item": {name: {"S": text} for name, text in row.items()}}).encode()

    def answer(operation: str, asked: bytes) -> bytes:
        if operation == "Decrypt":  # sealed by nothing but base64
            return json.dumps({"Plaintext": json.loads(asked)["CiphertextBlob"]}).encode()
        table = str(json.loads(asked).get("TableName")) if operation == "GetItem" else ""
        return {tables["SubscriptionsTable"]: found, tables["EndpointsTable"]: healthy}.get(table, b"{}")

    with (
        Path(os.devnull).open("w") as nowhere,
        redirect_stdout(nowhere),  # the lines of the log are written, where nobody reads them
        answered(answer, clients.dynamodb(), clients.kms()) as asked,
    ):
        yield asked


def _subscription(url: str) -> Subscription:
    return Subscription(
        account="bench",
        id=1,
        dialect="vpbx",
        event_name="start.call",
        url=url,
        created_at=datetime.now(UTC),
        auth_type=AuthType.BASIC,
        auth_string=base64.b64encode(LOGIN.encode()).decode(),
        secret=base64.b64encode(SECRET.encode()).decode(),
    )


def _events(url: str, batches: int) -> list[Event]:
    """Batches of one account and receiver, of calls that have not been seen before."""
    subscription = _subscription(url)
    return [{"Records": [_record(subscription, next(_numbers)) for _ in range(BATCH)]} for _ in range(batches)]


def _record(subscription: Subscription, number: int) -> dict[str, Any]:
    delivery = _delivery(subscription, f"{number // EVENTS_OF_A_CALL:032x}", number)
    return {
        "messageId": delivery.id,
        "receiptHandle": f"receipt-{number}",
        "body": dump(delivery),
        "bare": delivery.body.encode(),
        "attributes": {
            "ApproximateReceiveCount": "1",
            "MessageGroupId": f"{delivery.account}:{delivery.group}",
            "SequenceNumber": str(number),
        },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }


def _delivery(subscription: Subscription, call: str, number: int) -> Delivery:
    endpoint = endpoint_id(subscription.receiver)
    body = json.loads(START.read_text())
    body["params"]["call_id"] = call
    return Delivery(
        id=delivery_id(subscription, call, str(number)),
        account=subscription.account,
        call_id=call,
        event_id=f"{number:032x}",
        event_name=subscription.event_name,
        subscription_id=subscription.id,
        subscription_key=subscription.key,
        subscription_version=subscription.version,
        sequence=number % EVENTS_OF_A_CALL + 1,
        receiver=subscription.receiver,
        endpoint=endpoint,
        subject=call,
        group=f"{endpoint}:{crc32(call.encode()) % IN_FLIGHT}",
        rate=0.0,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        created_at=datetime.now(UTC),
    )


def _keep_to_one_core(stack: ExitStack) -> set[int]:
    """Keep this process to one core for the time of the block. Returns the other cores, or the only core."""
    all_cores = os.sched_getaffinity(0)
    stack.callback(os.sched_setaffinity, 0, all_cores)
    own = {min(all_cores)}
    os.sched_setaffinity(0, own)
    return all_cores - own or all_cores


def _report(bare: Sequence[Pace], function: Sequence[Pace], asked: Counter[str]) -> None:
    done = ROUNDS * BATCHES * BATCH
    print(f"machine   {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"load      {ROUNDS} rounds of {BATCHES} batches of {BATCH}, one receiver, signed, Basic auth")
    print(f"aws       {', '.join(f'{name} {number}' for name, number in asked.items())} for {done} deliveries")
    each = [statistics.median(1000 / one.processor for one in paces) for paces in (function, bare)]
    note("workers/deliver, a delivery with its post", *each)
    for name, paces in (("bare", bare), ("function", function)):
        clock, processor = (statistics.median(getattr(one, of) for one in paces) for of in ("clock", "processor"))
        print(f"{name:9} {clock:.0f} a second on one core; {1000 / processor:.3f} ms of the processor's time each")
    for of, words in (("processor", "by the processor's time, which counts"), ("clock", "by the clock")):
        ratio = statistics.median(getattr(f, of) / getattr(b, of) for b, f in zip(bare, function, strict=True))
        print(f"ratio     {ratio:.2f} {words}")


if __name__ == "__main__":
    sys.exit(measure())
