"""The services of which the hub asks little: Step Functions, SNS, SES, KMS, EventBridge Scheduler and Polly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email.utils import parseaddr

from tests.aws_rules.model import Facts, Params, Rule, Violation

EXECUTION = "Step Functions API Reference, StartExecution"
STATES = "Step Functions Developer Guide, Service quotas: task executions"
PUBLISH = "SNS API Reference, Publish"
SENDING = "SES Developer Guide, Service quotas in Amazon SES"
ADDRESSES = "SES API v2 Reference, SendEmail"
ENCRYPT = "KMS API Reference, Encrypt"
CONTEXT = "KMS Developer Guide, Encryption context"
SCHEDULES = "EventBridge Scheduler API Reference, CreateSchedule"
POLLY = "Polly Developer Guide, Quotas in Amazon Polly"

LARGEST_STATE = 256 * 1024
LARGEST_NOTICE = 256 * 1024
LONGEST_SUBJECT = 100
MOST_RECIPIENTS = 50
LONGEST_LOCAL_PART = 64
LONGEST_ADDRESS = 320
LARGEST_EMAIL = 40 * 1024 * 1024
LARGEST_PLAINTEXT = 4096
LARGEST_CONTEXT = 8192
MOST_BILLED, MOST_CHARACTERS = 3000, 6000
REFUSED_IN_NAMES = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+"
)
SCHEDULE = re.compile(r"[0-9A-Za-z_.-]{1,64}")


def start_execution(params: Params, _: Facts) -> Iterator[Violation]:
    """An execution's name, which makes starting idempotent, and what it begins with."""
    name = params.get("name", "x")
    if not 1 <= len(name) <= 80 or REFUSED_IN_NAMES.search(name):
        yield Violation(f"an execution cannot be named {name!r}", EXECUTION)
    yield from _state("input", params.get("input", "{}"))


def task_success(params: Params, _: Facts) -> Iterator[Violation]:
    """What a task answers with."""
    yield from _state("output", params["output"])


def _state(name: str, text: str) -> Iterator[Violation]:
    if len(text.encode(errors="surrogatepass")) > LARGEST_STATE:
        yield Violation(f"the {name} of a state has at most 256 KiB", STATES)
    try:
        json.loads(text)
    except ValueError:
        yield Violation(f"the {name} of a state is JSON", EXECUTION)


def publish(params: Params, _: Facts) -> Iterator[Violation]:
    """A notice and its subject."""
    if not 1 <= len(params["Message"].encode(errors="surrogatepass")) <= LARGEST_NOTICE:
        yield Violation("a notice has 1 byte to 256 KB", PUBLISH)
    subject = params.get("Subject", "subject")
    printable = (
        subject.isascii() and subject.isprintable() and subject[:1].isalnum() | (subject[:1] in set("!\"#$%&'()"))
    )
    if not printable or len(subject) > LONGEST_SUBJECT:
        yield Violation("a subject is a line of at most 100 letters of ASCII", PUBLISH)
    for name, value in params.get("MessageAttributes", {}).items():
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,256}", name) or value.get("StringValue", "x") == "":
            yield Violation(f"an attribute has a name of letters and digits, and a value: {name!r}", PUBLISH)


def send_email(params: Params, _: Facts) -> Iterator[Violation]:
    """Whom a message goes to, and how large the message is."""
    to = [one for group in params.get("Destination", {}).values() for one in group]
    if not 1 <= len(to) <= MOST_RECIPIENTS:
        yield Violation(f"a message goes to 1 to 50 addresses, not {len(to)}", SENDING)
    for address in [*to, params.get("FromEmailAddress", "a@a.example")]:
        yield from _address(parseaddr(address)[1])
    simple = params.get("Content", {}).get("Simple", {})
    subject = simple.get("Subject", {}).get("Data", "x")
    if "\n" in subject or "\r" in subject:
        yield Violation("a subject is one line", ADDRESSES)
    texts = [subject, *(part.get("Data", "") for part in simple.get("Body", {}).values())]
    if sum(len(text.encode(errors="surrogatepass")) for text in texts) > LARGEST_EMAIL:
        yield Violation("a message has at most 40 MB", SENDING)


def _address(address: str) -> Iterator[Violation]:
    local = address.rpartition("@")[0]
    fits = len(address) <= LONGEST_ADDRESS and len(local) <= LONGEST_LOCAL_PART
    if not fits or not ADDRESS.fullmatch(address):
        yield Violation("an address is of ASCII, with at most 64 letters before the @", ADDRESSES)


def encrypt(params: Params, _: Facts) -> Iterator[Violation]:
    """What a key seals by itself."""
    if not 1 <= len(params.get("Plaintext", b"x")) <= LARGEST_PLAINTEXT:
        yield Violation("a key seals 1 to 4096 bytes", ENCRYPT)
    context = params.get("EncryptionContext", {})
    if sum(len(name) + len(value) for name, value in context.items()) > LARGEST_CONTEXT:
        yield Violation("an encryption context has at most 8192 characters", CONTEXT)
    if "" in context:
        yield Violation("a name in an encryption context is not empty", CONTEXT)


def create_schedule(params: Params, _: Facts) -> Iterator[Violation]:
    """A schedule's name."""
    if not SCHEDULE.fullmatch(params["Name"]):
        yield Violation(f"a schedule cannot be named {params['Name']!r}", SCHEDULES)


def synthesize_speech(params: Params, _: Facts) -> Iterator[Violation]:
    """How long a text may be; the tags of SSML are not billed."""
    text = params["Text"]
    billed = re.sub(r"<[^>]*>", "", text) if params.get("TextType") == "ssml" else text
    if not text.strip() or len(billed) > MOST_BILLED or len(text) > MOST_CHARACTERS:
        yield Violation("a text has 1 to 3000 characters, and 6000 with tags", POLLY)


RULES: dict[str, dict[str, Rule]] = {
    "stepfunctions": {"StartExecution": start_execution, "SendTaskSuccess": task_success},
    "sns": {"Publish": publish},
    "sesv2": {"SendEmail": send_email},
    "kms": {"Encrypt": encrypt, "Decrypt": encrypt},
    "scheduler": {"CreateSchedule": create_schedule},
    "polly": {"SynthesizeSpeech": synthesize_speech},
}
