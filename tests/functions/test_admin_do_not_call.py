"""The do-not-call list of an account: GET and PUT of all of it, GET, PUT and DELETE of one number."""

from typing import Any

import pytest

from switchboard.bootstrap import now, restrictions
from tests.functions.test_operator import assert_refused
from tests.support.cato import with_bytes
from tests.support.gateway import Answer
from tests.support.hub import OPERATOR, Hub

LIST = "/admin/accounts/acme/do-not-call"
PHONE = "+79161234567"
CSV = {**OPERATOR, "Content-Type": "text/csv; charset=utf-8"}


@pytest.fixture
def acme(hub: Hub) -> Hub:
    """A hub with two accounts."""
    for account in ("acme", "other"):
        hub.account(account)
    return hub


def put(hub: Hub, number: str, body: Any = None) -> Answer:
    return hub.operator("PUT", f"{LIST}/{number}", body)


def listed(hub: Hub, account: str = "acme") -> list[str]:
    found = hub.operator("GET", f"/admin/accounts/{account}/do-not-call").json["entries"]
    return [entry["number"] for entry in found]


def test_a_number_is_put_on_the_list_and_shown(acme: Hub) -> None:
    """In any usual form; the answer has the form in which numbers are compared."""
    kept = put(acme, "8 916 123-45-67", {"reason": "asked us to", "until": "2030-01-01T00:00:00+03:00"})
    assert kept.status == 200
    assert kept.json == {
        "number": "79161234567",
        "reason": "asked us to",
        "until": "2029-12-31T21:00:00+00:00",
        "added_at": kept.json["added_at"],
    }
    for number in (PHONE, "%2B79161234567", "89161234567"):
        assert acme.operator("GET", f"{LIST}/{number}").json == kept.json
    assert listed(acme) == ["79161234567"]


def test_a_beginning_is_an_entry_of_its_own(acme: Hub) -> None:
    """With a star at its end, also as clients write it in a path."""
    assert [put(acme, number).status for number in ("+7916*", "%2B7351%2A", "8912*", "7916")] == [200] * 4
    assert listed(acme) == ["7351*", "7912*", "7916", "7916*"]
    assert acme.operator("DELETE", f"{LIST}/+7916%2A").status == 204
    assert listed(acme) == ["7351*", "7912*", "7916"]


def test_a_number_is_taken_off_the_list(acme: Hub) -> None:
    """Once; then it is not there."""
    put(acme, PHONE)
    assert acme.operator("DELETE", f"{LIST}/{PHONE}").status == 204
    assert_refused(acme.operator("DELETE", f"{LIST}/{PHONE}"), 404, "not_found", "number")
    assert_refused(acme.operator("GET", f"{LIST}/{PHONE}"), 404, "not_found", "number")
    assert listed(acme) == []


def test_an_entry_that_is_put_again_is_replaced(acme: Hub) -> None:
    """Its reason too."""
    put(acme, PHONE, {"reason": "before"})
    put(acme, "89161234567", {"reason": "after"})
    assert acme.operator("GET", f"{LIST}/{PHONE}").json["reason"] == "after"
    assert len(listed(acme)) == 1


def test_many_are_put_at_once(acme: Hub) -> None:
    """Each in any form; of one number the last holds."""
    entries = [{"number": f"8916{number:07}"} for number in range(60)]
    entries += [{"number": "+79160000000", "reason": "last"}, {"number": "7351*"}]
    assert acme.operator("PUT", LIST, {"entries": entries}).json == {"kept": 61}
    assert acme.operator("GET", f"{LIST}/89160000000").json["reason"] == "last"
    assert len(acme.operator("GET", LIST, limit="200").json["entries"]) == 61


TABLES = [
    "number,reason,until\n+79161234567,asked,2030-01-01\n7351*,,\n",
    "+79161234567;asked;2030-01-01T00:00:00Z\r\n7351*\r\n",
    "\ufeffReason;Number;Until\nasked;8 (916) 123-45-67;2030-01-01\n\n ;7351*;\n",
    'reason\tnumber\n"asked"\t79161234567\n\t7351*\n',
]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_put_as_it_is(acme: Hub, table: str) -> None:
    """With or without names of its columns, by comma, semicolon or tab."""
    told = acme.request("PUT", LIST, table, CSV).json
    assert [told[name] for name in ("rows", "kept", "duplicates", "skipped")] == [2, 2, 0, 0]
    assert listed(acme) == ["7351*", "79161234567"]
    assert acme.operator("GET", f"{LIST}/{PHONE}").json["reason"] == "asked"


def test_the_list_is_read_by_the_page(acme: Hub) -> None:
    """Every number once, in order."""
    acme.operator("PUT", LIST, {"entries": [{"number": f"{number}"} for number in range(101, 106)]})
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = acme.operator("GET", LIST, limit="2", **cursor).json
        found += [entry["number"] for entry in page["entries"]]
        if page["cursor"] is None:
            break
        cursor = {"cursor": page["cursor"]}
    assert found == ["101", "102", "103", "104", "105"]


BAD: list[tuple[Any, str | None]] = [
    ({}, "entries"),
    ({"entries": []}, "entries"),
    ({"entries": "all"}, "entries"),
    ({"entries": [7]}, "entries.0"),
    ({"entries": [{}]}, "entries.0.number"),
    ({"entries": [{"number": 79161234567}]}, "entries.0.number"),
    ({"entries": [{"number": "112"}, {"number": "office"}]}, "entries.1.number"),
    ({"entries": [{"number": "112"}, {"number": "7*1"}]}, "entries.1.number"),
    ({"entries": [{"number": "1" * 65}]}, "entries.0.number"),
    ({"entries": [{"number": "112", "until": "soon"}]}, "entries.0.until"),
    ({"entries": [{"number": "112", "until": "9999-12-31T23:59:59Z"}]}, "entries.0.until"),
    ({"entries": [{"number": "112", "until": "0001-01-01T00:00:00+05:00"}]}, "entries.0.until"),
    ({"entries": [{"number": "810*"}]}, "entries.0.number"),
    ({"entries": [{"number": "112", "reason": "r" * 201}]}, "entries.0.reason"),
    ({"entries": [{"number": "112"}] * 5001}, "entries"),
    ("[]", None),
    ("{", None),
]


@pytest.mark.parametrize(("fields", "field"), BAD, ids=lambda value: str(value)[:60])
def test_bad_entries_are_refused_by_the_name_of_their_field(acme: Hub, fields: Any, field: str | None) -> None:
    """400, and nothing is kept of what was good beside them."""
    assert_refused(acme.operator("PUT", LIST, fields), 400, "invalid", field)
    assert listed(acme) == []


AS_PEOPLE_HAVE_THEM = (
    "Телефон;Причина\n8 (916) 123-45-67;жалоба\n+7351*;другой регион\n".encode("cp1251"),
    "ФИО\tТел.\nЛи Анна\t79161234567.0\nВсе\t8351*\n".encode("utf-16"),
    "Не звонить\n\n№ телефона|До\n\u202a89161234567\u202c|31.12.2030\n8~10 7 351*|\n".encode(),
)


@pytest.mark.parametrize("table", AS_PEOPLE_HAVE_THEM)
def test_a_table_may_have_any_usual_headings_encoding_and_spelling(acme: Hub, table: bytes) -> None:
    """The same importer reads the groups of campaigns."""
    answer = acme.answer("admin/do_not_call", with_bytes("PUT", LIST, table, {**OPERATOR, "Content-Type": "text/csv"}))
    assert (answer.status, answer.json["kept"]) == (200, 2)
    assert listed(acme) == ["7351*", "79161234567"]


def test_each_number_of_a_row_is_forbidden(acme: Hub) -> None:
    """A person with two telephones is called at neither; one wrong number makes the row wrong as a whole."""
    table = "ФИО;Телефон 1;Телефон 2\nЛи;89161234567;89161234568\nОр;;89161234569\nЯн;89161234570;01.02.1980\n"
    told = acme.request("PUT", LIST, table, CSV, {"skipInvalid": "true"}).json
    assert [told[name] for name in ("rows", "kept", "duplicates", "skipped")] == [3, 2, 0, 1]
    assert listed(acme) == ["79161234567", "79161234568", "79161234569"]


def test_a_wrong_row_of_a_table_is_named_or_skipped(acme: Hub) -> None:
    """With its line; what is skipped is told as well, and a column that is not one of numbers is never taken for it."""
    table = "ID;ФИО;Телефон\n1523;Ли;89161234567\n1524;Ор;01.02.1980\n1525;Ян;9161234567\n"
    refused = acme.request("PUT", LIST, table, CSV)
    assert refused.json["error"]["field"] == "entries.1.number"
    assert [(one["line"], one["column"]) for one in refused.json["error"]["rows"]] == [(3, "Телефон")]
    assert listed(acme) == []
    told = acme.request("PUT", LIST, table, CSV, {"skipInvalid": "true"}).json
    assert [told[name] for name in ("rows", "kept", "duplicates", "skipped")] == [3, 1, 1, 1]
    assert [(one["line"], one["column"]) for one in told["problems"]] == [(3, "Телефон")]
    assert listed(acme) == ["79161234567"]


def test_an_open_quote_swallows_no_number(acme: Hub) -> None:
    """The line is named, and nothing is kept."""
    table = 'Телефон;Причина\n"89161234500;нет\n89161234501;да\n89161234502;"да"\n'
    assert "line 2" in acme.request("PUT", LIST, table, CSV).json["error"]["message"]
    assert listed(acme) == []


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ("", "body"),
        ("number\n", "entries.0.number"),
        ("112\noffice\n", "entries.1.number"),
        ("reason,until\n112,\n", "entries.0.number"),
        ("a" * 200_000, "body"),
        ("\x00\x00", "body"),
    ],
)
def test_a_bad_table_is_refused(acme: Hub, table: str, field: str) -> None:
    """By the place of the row, and nothing is kept."""
    assert_refused(acme.request("PUT", LIST, table, CSV), 400, "invalid", field)
    assert listed(acme) == []


def test_what_is_too_large_is_refused(acme: Hub) -> None:
    """413 above a mebibyte, of either form."""
    huge = "112\n" * 300_000
    assert_refused(acme.request("PUT", LIST, huge, CSV), 413, "too_large", None)
    assert_refused(acme.request("PUT", LIST, huge, OPERATOR), 413, "too_large", None)


@pytest.mark.parametrize(
    ("number", "body", "field"),
    [
        ("office", {}, "number"),
        ("7", {}, "number"),
        ("*", {}, "number"),
        ("9" * 300, {}, "number"),
        (PHONE, {"until": 7.5e30}, "until"),
        (PHONE, {"reason": ["r"]}, "reason"),
        (PHONE, "[1]", None),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_bad_entry_is_refused(acme: Hub, number: str, body: Any, field: str | None) -> None:
    """400, by the name of its field."""
    assert_refused(put(acme, number, body), 400, "invalid", field)
    assert listed(acme) == []


@pytest.mark.parametrize("number", ["office", "9" * 300, "0"])
def test_what_is_no_number_is_not_on_the_list(acme: Hub, number: str) -> None:
    """404 for looking it up and for removing it."""
    for method in ("GET", "DELETE"):
        assert_refused(acme.operator(method, f"{LIST}/{number}"), 404, "not_found", "number")


@pytest.mark.parametrize("cursor", ["nonsense", "7916 *", "9" * 16, "١٢", "*"])
def test_a_cursor_of_nobodys_making_is_refused(acme: Hub, cursor: str) -> None:
    """400."""
    assert_refused(acme.operator("GET", LIST, cursor=cursor), 400, "invalid", "cursor")


def test_a_list_is_its_accounts_alone(acme: Hub) -> None:
    """Another account's has nothing of it, and an account that is not there has none."""
    put(acme, PHONE)
    assert listed(acme, "other") == []
    for method, path in (("GET", ""), ("PUT", ""), ("GET", "/112"), ("PUT", "/112"), ("DELETE", "/112")):
        answer = acme.operator(method, f"/admin/accounts/nobody/do-not-call{path}")
        assert_refused(answer, 404, "not_found", "account")
    assert acme.operator("DELETE", f"/admin/accounts/other/do-not-call/{PHONE}").status == 404
    assert listed(acme) == ["79161234567"]


def test_without_the_operators_token_there_is_no_list(acme: Hub) -> None:
    """401, and nothing is kept."""
    assert acme.request("PUT", f"{LIST}/112").status == 401
    assert listed(acme) == []


def test_what_is_listed_by_the_api_is_blocked_for_the_dialler(acme: Hub) -> None:
    """In the region of the account."""
    put(acme, PHONE)
    put(acme, "+7351*")
    with acme.running("cato/dry_run"):
        numbers = ["89161234567", "83512000001", "112"]
        found = restrictions.restrict().blocked("acme", "e1", numbers, now())
    assert found == {"89161234567": "do_not_call", "83512000001": "do_not_call"}
