"""Groups of subscribers of SP5000 CATO (section 3.2, rulings cato 3 to 6), and what we have beyond."""

import gzip
import json
from typing import Any
from urllib.parse import unquote

import pytest
import requests

from switchboard.lambdas.cato_lists import LARGEST
from tests.support.campaigning import ANNA, BORIS, GROUPS, add_group, add_table
from tests.support.cato import assert_refused_by_cato, cato_account, with_bytes
from tests.support.hub import Hub

pytestmark = pytest.mark.usefixtures("links")  # addresses of the store's are opened

OF_THE_DOCUMENT = """[
  {
    "fullName": "Inna Ponomareva",
    "phones": "776429",
    "emails": ""
  }
]
[
  {
    "fullName": "Oleg Pavlov",
    "phones": [
      "776413",
      "776450"
    ],
    "emails": ""
  }
]"""


def content(hub: Hub, auth: dict[str, str], group: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hub.request("GET", f"{GROUPS}/{group}/content", headers=auth).json
    return found


def test_a_group_is_added_as_documented(hub: Hub) -> None:
    """Two arrays one after the other, numbers as text and as a list; the answer has the four fields, and counts."""
    auth = cato_account(hub)
    answer = add_group(hub, auth, OF_THE_DOCUMENT)
    told = answer.json
    id_ = told.pop("id")
    assert (answer.status, told) == (
        200,
        {
            "name": "river",
            "url": f"https://hub.example{GROUPS}/{id_}/content",
            "userId": "user",
            "subscriberCount": 2,
            "rows": 2,
            "kept": 2,
            "duplicates": 0,
            "skipped": 0,
        },
    )
    assert content(hub, auth, id_) == [
        {"fullName": "Inna Ponomareva", "phones": ["776429"], "emails": []},
        {"fullName": "Oleg Pavlov", "phones": ["776413", "776450"], "emails": []},
    ]


def test_the_same_again_is_the_same_group(hub: Hub) -> None:
    """Whoever lost the answer asks again, and there is one group."""
    auth = cato_account(hub)
    assert add_group(hub, auth).json == add_group(hub, auth).json
    assert len(hub.request("GET", GROUPS, headers=auth).json) == 1


def test_a_group_is_shown_and_listed(hub: Hub) -> None:
    """With its size."""
    auth = cato_account(hub)
    ids = [add_group(hub, auth, [ANNA], name).json["id"] for name in ("river", "река №1")]
    one = hub.request("GET", f"{GROUPS}/{ids[1]}", headers=auth).json
    assert (one["name"], one["subscriberCount"]) == ("река №1", 1)
    listed = hub.request("GET", GROUPS, headers=auth)
    assert sorted(group["id"] for group in listed.json) == sorted(ids)
    assert one in listed.json


def test_a_list_goes_on_by_its_link(hub: Hub) -> None:
    """RFC 8288: what follows is named in a header, as long as there is more."""
    auth = cato_account(hub)
    ids = [add_group(hub, auth, [ANNA], f"g{number}").json["id"] for number in range(3)]
    first = hub.request("GET", GROUPS, headers=auth, query={"limit": "2"})
    url = first.headers["Link"].removeprefix("<").partition(">")[0]
    cursor = unquote(url.partition("cursor=")[2])
    second = hub.request("GET", GROUPS, headers=auth, query={"limit": "2", "cursor": cursor})
    assert sorted(group["id"] for group in [*first.json, *second.json]) == sorted(ids)
    assert (len(first.json), "Link" in second.headers) == (2, False)


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "x"}, {"cursor": "nonsense!"}, {"cursor": "e30="}])
def test_a_bad_page_is_400(hub: Hub, query: dict[str, str]) -> None:
    """By the name of the parameter."""
    auth = cato_account(hub)
    answer = hub.request("GET", GROUPS, headers=auth, query=query)
    assert_refused_by_cato(answer, 400, "Bad Request", GROUPS, next(iter(query)))


def test_rows_with_something_wrong_are_named_and_nothing_is_saved(hub: Hub) -> None:
    """The row, the field and what is wrong; no number is told back."""
    auth = cato_account(hub)
    people = [ANNA, {"fullName": "X", "phones": "77х6429"}, {"fullName": "Y", "phones": ""}, 7]
    answer = add_group(hub, auth, people)
    told = answer.json
    assert (answer.status, told["error"], told["invalidCount"]) == (400, "Bad Request", 3)
    assert [(row["row"], row["field"]) for row in told["rows"]] == [(2, "phones"), (3, "phones"), (4, "")]
    assert told.keys() == {"timestamp", "status", "error", "path", "message", "invalidCount", "rows", "counts"}
    assert told["counts"] == {"rows": 4, "kept": 1, "duplicates": 0, "skipped": 3}
    assert "6429" not in answer.text
    assert "6429" not in hub.log.getvalue()
    assert hub.request("GET", GROUPS, headers=auth).json == []


def test_the_rest_is_saved_if_asked(hub: Hub) -> None:
    """And duplicates are counted once."""
    auth = cato_account(hub)
    people = [ANNA, {"fullName": "X", "phones": "77x6429"}, {**ANNA, "phones": "77-64-29"}, BORIS]
    answer = add_group(hub, auth, people, skipInvalid="true")
    told = answer.json
    assert (answer.status, told["subscriberCount"], told["duplicates"], told["skipped"]) == (200, 2, 1, 1)
    assert [one["fullName"] for one in content(hub, auth, told["id"])] == ["Анна Ли", "Boris Ore"]


BAD_BODIES = ["", "{", "[", "7", '"x"', "null", "[]", " ", "nonsense", "[" * 50_000, "\x00"]


@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda body: repr(body[:10]))
def test_what_is_no_list_is_400(hub: Hub, body: str) -> None:
    """In the documented shape."""
    auth = cato_account(hub)
    assert_refused_by_cato(add_group(hub, auth, body), 400, "Bad Request", f"{GROUPS}/add/river", "body")


def test_what_is_no_text_is_400(hub: Hub) -> None:
    """JSON is UTF-8."""
    auth = cato_account(hub)
    answer = add_table(hub, auth, b'[{"fullName": "\xcb\xe8", "phones": "776429"}]', "application/json")
    assert_refused_by_cato(answer, 400, "Bad Request", f"{GROUPS}/add/river", "encoding")


@pytest.mark.parametrize("kind", ["application/xml", "audio/mpeg", "text/html"])
def test_another_kind_is_415(hub: Hub, kind: str) -> None:
    """A list is CSV, a workbook, vCard or JSON."""
    auth = cato_account(hub)
    answer = add_table(hub, auth, b"x", kind)
    assert_refused_by_cato(answer, 415, "Unsupported Media Type", f"{GROUPS}/add/river", ".xlsx")


def test_too_large_a_body_is_413_and_says_where_to_go(hub: Hub) -> None:
    """By an upload."""
    auth = cato_account(hub)
    answer = add_table(hub, auth, b" " * (LARGEST + 1), "application/json")
    path = f"{GROUPS}/add/river"
    assert_refused_by_cato(answer, 413, "Request Entity Too Large", path, "POST /api/v1/subscriber-groups/uploads")


def test_a_table_becomes_a_group(hub: Hub) -> None:
    """UTF-8 with its mark, semicolons and headings, as a spreadsheet writes it."""
    auth = cato_account(hub)
    data = "\ufeffФИО;Телефон;Почта\r\nЛи Анна;8 (916) 000-11-22;a@x.example\r\n".encode()
    told = add_table(hub, auth, data, "text/csv; charset=utf-8").json
    assert content(hub, auth, told["id"]) == [
        {"fullName": "Ли Анна", "phones": ["89160001122"], "emails": ["a@x.example"]}
    ]


@pytest.mark.parametrize(
    ("kind", "query"), [("text/csv; charset=windows-1251", {}), ("text/csv", {"encoding": "cp1251"})]
)
def test_a_table_may_be_in_the_windows_encoding(hub: Hub, kind: str, query: dict[str, str]) -> None:
    """If it is told so, in the header or in the query, or by itself. A wrong header is 400."""
    auth = cato_account(hub)
    data = "ФИО,Телефон\nЛи,776429\n".encode("cp1251")
    told = add_table(hub, auth, data, kind, **query).json
    assert content(hub, auth, told["id"])[0]["fullName"] == "Ли"
    assert add_table(hub, auth, data).json["encoding"] == "cp1251"
    assert add_table(hub, auth, data, "text/csv; charset=utf-8").status == 400


def test_a_group_gets_another_list_and_another_name(hub: Hub) -> None:
    """Under the same id."""
    auth = cato_account(hub)
    path = f"{GROUPS}/{add_group(hub, auth).json['id']}"
    told = hub.request("PUT", path, json.dumps([BORIS]), auth).json
    assert (told["name"], told["subscriberCount"]) == ("river", 1)
    renamed = hub.request("PUT", path, None, auth, {"name": "hill"}).json
    assert (renamed["name"], renamed["subscriberCount"]) == ("hill", 1)
    assert_refused_by_cato(hub.request("PUT", path, "nonsense", auth), 400, "Bad Request", path)
    assert hub.request("GET", path, headers=auth).json == renamed


def test_a_group_is_deleted(hub: Hub) -> None:
    """Then it is 404, and so is its list."""
    auth = cato_account(hub)
    path = f"{GROUPS}/{add_group(hub, auth).json['id']}"
    assert hub.request("DELETE", path, headers=auth).status == 204
    for method, where in (("GET", path), ("DELETE", path), ("GET", f"{path}/content"), ("PUT", path)):
        answer = hub.request(method, where, json.dumps([ANNA]) if method == "PUT" else None, auth)
        assert_refused_by_cato(answer, 404, "Not Found", where)
    bucket = hub.stack.clients.s3.list_objects_v2(Bucket=hub.stack.refs["CampaignsBucket"])
    assert "Contents" not in bucket


def test_a_long_list_is_fetched_from_where_it_is_kept(hub: Hub) -> None:
    """By an address of some minutes; compressed where that is asked for, and only there."""
    auth = cato_account(hub)
    people = [{"fullName": "", "phones": f"79{number:09d}", "emails": ""} for number in range(1001)]
    id_ = add_group(hub, auth, people).json["id"]
    for asked, compressed in (("", False), ("gzip, br", True), ("identity", False), ("gzip;q=0", False), ("*", True)):
        answer = hub.request("GET", f"{GROUPS}/{id_}/content", headers={**auth, "Accept-Encoding": asked})
        assert answer.status == 307
        found = requests.get(answer.headers["Location"], timeout=5, headers={"Accept-Encoding": "identity"})
        assert (".json.gz?" in answer.headers["Location"]) == compressed, asked
        text = gzip.decompress(found.content) if found.content.startswith(b"\x1f\x8b") else found.content
        assert len(json.loads(text)) == 1001
    assert hub.request("DELETE", f"{GROUPS}/{id_}", headers=auth).status == 204
    assert "Contents" not in hub.stack.clients.s3.list_objects_v2(Bucket=hub.stack.refs["CampaignsBucket"])


def begin(hub: Hub, auth: dict[str, str], **fields: Any) -> Any:
    wish = {"name": "river", "size": 64, **fields}
    return hub.request("POST", f"{GROUPS}/uploads", wish, auth)


def test_a_larger_list_goes_by_an_upload(hub: Hub) -> None:
    """An address for its bytes, and a call that makes a group of them; that call may be repeated."""
    auth = cato_account(hub)
    data = "Ли;89160776429\nОр;89160776430\n".encode("cp1251")
    answer = begin(hub, auth, size=len(data), contentType="text/csv", encoding="cp1251", userId="anna")
    told = answer.json
    assert (answer.status, told["upload"]["method"]) == (201, "PUT")
    done = told["complete"]["url"].removeprefix("https://hub.example")
    assert_refused_by_cato(hub.request("POST", done, None, auth), 409, "Conflict", done)
    put = requests.put(told["upload"]["url"], data, headers=told["upload"]["headers"], timeout=5)
    assert put.status_code == 200
    group = hub.request("POST", done, None, auth).json
    assert (group["id"], group["name"], group["userId"], group["subscriberCount"]) == (told["id"], "river", "anna", 2)
    again = hub.request("POST", done, None, auth).json
    assert again == {name: value for name, value in group.items() if name in again}
    assert again.keys() == {"id", "name", "url", "userId", "subscriberCount"}
    assert [one["fullName"] for one in content(hub, auth, group["id"])] == ["Ли", "Ор"]


def test_an_upload_with_something_wrong_is_400_until_the_rest_is_asked_for(hub: Hub) -> None:
    """What was uploaded waits for that."""
    auth = cato_account(hub)
    data = json.dumps([ANNA, {"fullName": "X", "phones": "x"}]).encode()
    told = begin(hub, auth, size=len(data)).json
    requests.put(told["upload"]["url"], data, headers=told["upload"]["headers"], timeout=5)
    done = f"{GROUPS}/uploads/{told['id']}"
    assert hub.request("POST", done, None, auth).json["invalidCount"] == 1
    assert hub.request("POST", done, None, auth, {"skipInvalid": "true"}).json["skipped"] == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": 7}, "name"),
        ({"size": 0}, "size"),
        ({"size": "x"}, "size"),
        ({"size": 10**12}, "size"),
        ({"contentType": "audio/mpeg"}, "contentType"),
        ({"encoding": 7}, "encoding"),
        ({"userId": []}, "userId"),
    ],
)
def test_a_bad_upload_is_400_by_the_name_of_its_field(hub: Hub, fields: dict[str, Any], field: str) -> None:
    """Nothing is expected then."""
    auth = cato_account(hub)
    assert_refused_by_cato(begin(hub, auth, **fields), 400, "Bad Request", f"{GROUPS}/uploads", field)
    assert hub.stack.items("CampaignsTable") == []


def test_an_unknown_upload_is_404(hub: Hub) -> None:
    """Also one of another account's."""
    mine, other = cato_account(hub), cato_account(hub, "other")
    for id_ in ("u9", begin(hub, other).json["id"]):
        path = f"{GROUPS}/uploads/{id_}"
        assert_refused_by_cato(hub.request("POST", path, None, mine), 404, "Not Found", path)


def test_a_flag_is_true_or_false(hub: Hub) -> None:
    """And nothing between."""
    auth = cato_account(hub)
    answer = add_group(hub, auth, skipInvalid="maybe")
    assert_refused_by_cato(answer, 400, "Bad Request", f"{GROUPS}/add/river", "skipInvalid")


def test_a_group_of_another_account_is_not_there(hub: Hub) -> None:
    """Whatever is asked."""
    mine, other = cato_account(hub), cato_account(hub, "other")
    path = f"{GROUPS}/{add_group(hub, other).json['id']}"
    for method in ("GET", "PUT", "DELETE"):
        answer = hub.request(method, path, json.dumps([ANNA]), mine)
        assert_refused_by_cato(answer, 404, "Not Found", path)
    assert_refused_by_cato(hub.request("GET", f"{path}/content", None, mine), 404, "Not Found", f"{path}/content")
    assert hub.request("GET", path, headers=other).json["subscriberCount"] == 2


def test_a_hundred_thousand_people_are_an_upload(hub: Hub) -> None:
    """The most that a group has, within the time that a function has."""
    auth = cato_account(hub)
    lines = "\n".join(f"Person {number};7916{number:07d}" for number in range(100_000))
    data = lines.encode()
    told = begin(hub, auth, size=len(data), contentType="text/csv").json
    key = f"uploads/acme/{told['id']}"
    hub.stack.clients.s3.put_object(Bucket=hub.stack.refs["CampaignsBucket"], Key=key, Body=data)
    group = hub.request("POST", f"{GROUPS}/uploads/{told['id']}", None, auth).json
    assert group["subscriberCount"] == 100_000


def preview(hub: Hub, auth: dict[str, str], data: bytes, kind: str = "text/csv", **query: str) -> Any:
    event = with_bytes("POST", f"{GROUPS}/preview", data, {**auth, "Content-Type": kind}, query)
    return hub.answer("cato/subscriber_groups", event)


def test_a_preview_tells_what_a_list_is_read_as_and_keeps_nothing(hub: Hub) -> None:
    """Columns with masked samples, counts that add up, and each row's problem with line and column."""
    auth = cato_account(hub)
    lines = ["ID;ФИО;Моб. телефон;Долг", "1523;Ли;89161234571;1500.00", "1524;Ор;+7 916 123-45-71;", "1525;Ян;1500.00;"]
    told = preview(hub, auth, "\r\n".join(lines).encode("cp1251")).json
    assert [told[name] for name in ("format", "encoding", "delimiter", "headings")] == ["csv", "cp1251", ";", 1]
    assert [(one["heading"], one["readAs"]) for one in told["columns"]] == [
        *(("ID", "ignored"), ("ФИО", "name"), ("Моб. телефон", "phone"), ("Долг", "ignored")),
    ]
    assert told["columns"][2]["samples"] == ["891*****571", "+7 91* ***-*5-71", "15**.00"]
    assert [told[name] for name in ("rows", "kept", "duplicates", "skipped")] == [3, 1, 1, 1]
    assert [(one["line"], one["column"], one["field"]) for one in told["problems"]] == [(4, "Моб. телефон", "phones")]
    assert hub.request("GET", GROUPS, headers=auth).json == []


def test_a_list_without_headings_needs_its_columns(hub: Hub) -> None:
    """Unless exactly one column can be numbers; the same words serve a preview and a group."""
    auth = cato_account(hub)
    data = "Ли;89161234567;83432106951\n".encode()
    for ask in (preview, add_table):
        assert "?columns=" in ask(hub, auth, data).json["message"]
        assert ask(hub, auth, data, columns="name,-,phone").json["kept"] == 1
        for columns in ("name,what,phone", "name", "name,-,phone,phone"):
            assert ask(hub, auth, data, columns=columns).status == 400
    assert preview(hub, auth, "Ли;89161234567;01.02.1980\n".encode()).json["columns"][1]["readAs"] == "phone"


def test_a_preview_of_no_list_is_refused(hub: Hub) -> None:
    """As the list itself would be; without a token it is 401."""
    auth = cato_account(hub)
    assert [preview(hub, auth, data, kind).status for data, kind in ((b"", "text/csv"), (b"x", "audio/mpeg"))] == [
        400,
        415,
    ]
    assert preview(hub, {}, b"79161234567\n").status == 401


def test_bytes_that_the_gateway_cannot_pass_on_are_refused(hub: Hub) -> None:
    """Not taken for something else."""
    auth = cato_account(hub)
    event = with_bytes("PUT", f"{GROUPS}/add/river", b"", {**auth, "Content-Type": "text/csv"})
    answer = hub.answer("cato/subscriber_groups", event | {"body": "no base64!"})
    assert answer.status == 415
