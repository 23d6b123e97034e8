"""Kontur.CRM's printed examples (kontur-crm-telephony). The CRM is the server, the telephony is the client.

The document shortens ids (`333...434`), so a call of one example is none of another. The hub cuts times to
microseconds.
"""

from __future__ import annotations

from typing import Any

from switchboard.dialects.kontur.integration import ECHO, KonturIntegration
from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest
from switchboard.errors import NotSupported
from tests.printed.table import Case, Role, assert_shape, check, example, printed
from tests.printed.vpbx import raising
from tests.support.gateway import Answer
from tests.support.kontur import path_of

# Each callback, with the answer to it for an unknown communication.
LATER = {
    "10-call-event.json": "11-call-event-not-found.json",
    "12-call-finished.json": "13-call-finished-not-found.json",
    "14-call-failed.json": "15-call-failed-not-found.json",
    "16-call-recording.json": "17-call-recording-not-found.json",
}
NOT_FOUND, STARTED = tuple(LATER.values()), "07-call-started.json"
UNCHECKED: dict[str, str] = {}
KEY, WORKSPACE = "dda...d67", "my-workspace"


class Crm:
    """The hub as the CRM for a new account: callbacks of the integration `Megafon` come in."""

    def __init__(self, case: Case) -> None:
        self.case, self.account = case, case.name()
        case.hub.account(self.account)
        wish = {"account": self.account, "kind": "kontur", "name": "Megafon"}
        self.key = {"X-XCOM-AccessKey": case.hub.operator("POST", "/admin/tokens", wish).json["token"]}

    def tell(self, file: str, text: str = "") -> Answer:
        """Send a callback as printed, or `text` in its place."""
        path = path_of(file[3:].removesuffix(".json"), self.account)
        return self.case.hub.request("POST", path, text or printed("kontur", file), self.key)

    def begin(self, file: str) -> None:
        """Begin the call of a later callback."""
        shown = example("kontur", file)
        text = printed("kontur", STARTED).replace("184...bcd", shown["communicationId"])
        external_id = shown["externalId"].removeprefix("Megafon/")
        assert self.tell(STARTED, text.replace("333...434", external_id)).status == 200

    def redirect(self, **query: str) -> Answer:
        return self.case.hub.request("GET", path_of("call-redirect", self.account), None, self.key, query)


@check("kontur", Role.SERVER, STARTED, "18-register-call.json")
def _(case: Case) -> None:
    """The hub takes the callback as printed."""
    answer = Crm(case).tell(case.file)
    assert answer.status == 200, answer.text


@check("kontur", Role.SERVER, "08-communication.json")
def _(case: Case) -> None:
    """The answer to call-started. The hub knows no companies, contacts and deals."""
    told, shown = Crm(case).tell(STARTED).json, case.shown
    assert told["updateInfo"]["updatedWith"] == shown["updateInfo"]["updatedWith"]
    assert (told["externalId"], told["id"], told["type"]) == (shown["externalId"], shown["id"], shown["type"])
    assert_shape(told, {**shown, "links": {name: [] for name in shown["links"]}})


@check("kontur", Role.SERVER, "09-validation.json")
def _(case: Case) -> None:
    """The document indents the printed body by four blanks."""
    body = "\n".join(f"    {line}" if line not in "{}" else line for line in printed("kontur", STARTED).splitlines())
    told = Crm(case).tell(STARTED, body.replace("inbound", "in2bound"))
    assert told.status == 409
    assert {**told.json, "traceId": ""} == {**case.shown, "traceId": ""}


@check("kontur", Role.SERVER, *LATER)
def _(case: Case) -> None:
    """Taken as printed once the call has begun."""
    crm = Crm(case)
    crm.begin(case.file)
    answer = crm.tell(case.file)
    assert (answer.status, answer.text) == (200, printed("kontur", "24-ok.json").strip())


@check("kontur", Role.SERVER, *NOT_FOUND)
def _(case: Case) -> None:
    """The answers to call-failed and call-recording print another communication than the requests."""
    file = next(name for name, answer in LATER.items() if answer == case.file)
    id_ = case.shown["message"].removeprefix("Communication not found. Id: ")
    text = printed("kontur", file).replace(example("kontur", file)["communicationId"], id_)
    answer = Crm(case).tell(file, text)
    assert (answer.status, answer.json) == (409, case.shown)


@check("kontur", Role.SERVER, "19-register-call-error.json")
def _(case: Case) -> None:
    file = "18-register-call.json"
    answer = Crm(case).tell(file, printed("kontur", file).replace("outbound", "sideways"))
    assert (answer.status, answer.text) == (409, case.text.strip())


@check("kontur", Role.SERVER, "20-call-redirect-by-id.txt", "22-responsible-users.json", "24-ok.json")
def _(case: Case) -> None:
    """The printed call-event names the printed user."""
    crm, file = Crm(case), "10-call-event.json"
    crm.begin(file)
    assert crm.tell(file).text == printed("kontur", "24-ok.json").strip()
    case.hub.work_events()
    answer = crm.redirect(externalId=example("kontur", file)["externalId"])
    assert (answer.status, answer.json) == (200, example("kontur", "22-responsible-users.json"))


@check("kontur", Role.SERVER, "21-call-redirect-by-phone.txt", "23-no-responsible-user.json")
def _(case: Case) -> None:
    answer = Crm(case).redirect(phoneNumber="791229929292")
    assert (answer.status, answer.json) == (409, example("kontur", "23-no-responsible-user.json"))


class AnsweringIntegration:
    """An integration that gives one answer with the echo, and keeps the requests."""

    def __init__(self, status: int, body: Any) -> None:
        self.status, self.body = status, body
        self.asked: list[VendorRequest] = []

    def __call__(self, request: VendorRequest) -> VendorAnswer:
        self.asked.append(request)
        return VendorAnswer(self.status, self.body, headers={ECHO: request.headers[ECHO]})


def ordering(status: int = 200, body: Any = "OK") -> tuple[KonturIntegration, AnsweringIntegration]:
    """The hub as the CRM that orders calls."""
    asked = AnsweringIntegration(status, body)
    return KonturIntegration(asked, WORKSPACE, KEY, lambda: "7g8...d6a"), asked


def call(made: KonturIntegration) -> None:
    made.call("30a...b4e", "3f6...5c4", "44d...52a", "79997775533")


@check("kontur", Role.SERVER, "01-request-headers.txt", "02-echo-headers.txt", "03-call-request.json")
def _(case: Case) -> None:
    made, asked = ordering()
    call(made)
    (request,) = asked.asked
    assert request.json == example("kontur", "03-call-request.json")
    first, _host, *headers = printed("kontur", "01-request-headers.txt").splitlines()
    assert (first.split()[0], f"/{first.split()[1]}") == (request.method, request.paths[0])
    assert dict(request.headers) == dict(line.split(": ") for line in headers)


@check("kontur", Role.SERVER, "04-call-not-supported.json", "06-hangup-not-supported.json")
def _(case: Case) -> None:
    made, _ = ordering(409, case.shown)
    raising(NotSupported, lambda: call(made))
    raising(NotSupported, lambda: made.hang_up("30a...b4e", "7dg...us1", "4a4....86b"))


@check("kontur", Role.SERVER, "05-hangup-request.json")
def _(case: Case) -> None:
    made, asked = ordering()
    made.hang_up("30a...b4e", "7dg...us1", "4a4....86b")
    assert asked.asked[0].json == case.shown
    assert asked.asked[0].paths[-1] == f"/api/v1/{WORKSPACE}/communications/hangup"


def asked(case: Case, path: str, text: str, *, with_crm: bool) -> Answer:
    """A system call of the CRM as printed, to a new account with a telephony."""
    hub, account = case.hub, case.name()
    hub.account(account)
    wish = {"account": account, "kind": "kontur", "name": "Megafon"}
    key = hub.operator("POST", "/admin/tokens", wish).json["token"]
    if with_crm:
        users = [{"crm_user": "3f6...5c4", "extension": "101"}, {"crm_user": "44d...52a", "extension": "102"}]
        connector = {"account": account, "kind": "kontur", "base_url": "https://crm.example", "workspace": account,
                     "access_key": f"key-of-the-crm-of-{account}-0", "users": users}  # fmt: skip
        assert hub.operator("POST", "/admin/connectors", connector).status == 201
        hub.operator("POST", "/admin/extensions", {"account": account, "number": "101"})
        hub.operator("PUT", f"/admin/accounts/{account}/telephony", {"provider": "simulator", "settings": {}})
    headers = {"X-XCOM-AccessKey": key, ECHO: "7g8...d6a"}
    answer = hub.request("POST", f"/api/v1/{account}/communications/{path}", text, headers)
    assert answer.headers[ECHO] == "7g8...d6a"
    return answer


@check("kontur", Role.CLIENT, "01-request-headers.txt", "02-echo-headers.txt", "03-call-request.json", "24-ok.json")
def _(case: Case) -> None:
    answer = asked(case, "call", printed("kontur", "03-call-request.json"), with_crm=True)
    assert (answer.status, answer.text) == (200, printed("kontur", "24-ok.json").strip())


@check("kontur", Role.CLIENT, "04-call-not-supported.json")
def _(case: Case) -> None:
    answer = asked(case, "call", printed("kontur", "03-call-request.json"), with_crm=False)
    assert (answer.status, answer.json) == (409, case.shown)


@check("kontur", Role.CLIENT, "05-hangup-request.json", "06-hangup-not-supported.json")
def _(case: Case) -> None:
    """The document prints `string` for the message."""
    answer = asked(case, "hangup", printed("kontur", "05-hangup-request.json"), with_crm=False)
    wanted = example("kontur", "06-hangup-not-supported.json")
    assert (answer.status, answer.json["status"], answer.json.keys()) == (409, wanted["status"], wanted.keys())
