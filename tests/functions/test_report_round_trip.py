"""A report is a table that the hub reads back as the list that the campaign had."""

from typing import Any

import pytest

from tests.support.campaigning import EXECUTIONS, GROUPS, add_table, prepared, start
from tests.support.cato import cato_account
from tests.support.hub import Hub

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PEOPLE: list[dict[str, Any]] = [
    {"fullName": "Ли Анна", "phones": "776429", "emails": ""},
    {"fullName": 'O"Hara; Scarlett', "phones": ["89160001101", "+7 916 000-11-02"], "emails": ""},
    {"fullName": "=SUM(A1:A2)", "phones": "89160001103", "emails": ""},
    {"fullName": "+7 дней", "phones": "89160001104", "emails": ""},
    {"fullName": "-Ore, Boris", "phones": "007", "emails": ""},
    {"fullName": "'quoted", "phones": "8 (916) 000-11-05 доб. 12", "emails": ""},
    {"fullName": "", "phones": "+49 30 1234567", "emails": ""},
    {"fullName": "two\nlines", "phones": "89160001106", "emails": ""},
    {"fullName": "00123", "phones": "89160001107", "emails": ""},
    {"fullName": "12.05.2026", "phones": "89160001108", "emails": ""},
]


@pytest.mark.parametrize(
    ("file", "kind", "query"),
    [("report.csv", "text/csv", {}), ("report.csv", "text/csv", {"delimiter": "comma"}), ("report.xlsx", XLSX, {})],
)
def test_a_report_reads_back_as_the_list_of_its_campaign(hub: Hub, file: str, kind: str, query: dict[str, str]) -> None:
    """Names and numbers are those of the campaign's group, whatever a spreadsheet would make of them."""
    auth = cato_account(hub)
    execution = start(hub, auth, prepared(hub, auth, PEOPLE)).json["taskExecId"]
    table = hub.request("GET", f"{EXECUTIONS}/{execution}/{file}", headers=auth, query=query)
    again = add_table(hub, auth, table.content or table.text.encode(), kind)
    assert again.status == 200, again.text
    (first, second) = (subscribers(hub, auth, one["id"]) for one in groups(hub, auth))
    assert first == second
    assert len(first) == len(PEOPLE)


def groups(hub: Hub, auth: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hub.request("GET", GROUPS, headers=auth).json
    return found


def subscribers(hub: Hub, auth: dict[str, str], group: str) -> list[tuple[str, tuple[str, ...]]]:
    """The names and numbers of a group, in order of name and number."""
    told = hub.request("GET", f"{GROUPS}/{group}/content", headers=auth)
    return sorted((one["fullName"], tuple(one["phones"])) for one in told.json)
