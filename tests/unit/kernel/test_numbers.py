"""The one reader of telephone numbers.

`number_spellings.jsonl` has a row for each spelling: the text, and what it becomes in an account of RU, KZ and DE.
`+79035550128x102` is a number with its extension, two numbers are two words, `?` is a number without E.164, `hidden` a
caller who withholds it, and `-` no number at all.
"""

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from switchboard.kernel.call import Number
from switchboard.kernel.numbers import all_numbers, as_extension, digits_of, extension_key, is_hidden, to_e164

REGIONS = ("RU", "KZ", "DE")
SPELLINGS = [
    json.loads(line) for line in Path(__file__).with_name("number_spellings.jsonl").read_text("utf-8").splitlines()
]
ROWS = [(text, region, out) for text, *outcomes in SPELLINGS for region, out in zip(REGIONS, outcomes, strict=True)]

EXTENSIONS = """103|0103|00103|\u200b103| 103|1-03|доб. 103|доб.103|вн. 103|ext. 103|№103|#103|103.0|tel:103|１０３
\u200e103
SIP/103|SIP/103-00001a2b|PJSIP/103-0000000f|sip:103@10.0.0.5|<sip:103@h>;tag=1|103@pbx.example
"Anna 2" <sip:103@pbx.example>|Local/103@from-internal-00a1;2"""
HIDDEN = """|anonymous|Anonymous|ANONYMOUS|unknown|<unknown>|Private|Restricted|Unavailable
withheld|blocked|No Caller ID|out of area|n/a|null|s
скрыт|Номер скрыт|аноним|неизвестен|номер не определён|unterdrückt|inconnu|非通知|жасырын
0|000|0000000000|70000000000|+70000000000|9999999999|11111111111|****|-| |sip:anonymous@anonymous.invalid
"Anonymous" <sip:anonymous@10.0.0.5>|sip:anonymous@pbx.example|sip:restricted@x|\u202aanonymous\u202c"""


def one_of(table: str) -> list[str]:
    return [entry for line in table.split("\n") for entry in line.split("|")]


def told(text: str, region: str) -> str:
    numbers = [f"{one.e164 or '?'}{'x' if one.extension else ''}{one.extension}" for one in all_numbers(text, region)]
    return " ".join(numbers) or ("hidden" if is_hidden(text) else "-")


@pytest.mark.parametrize(("text", "region", "expected"), ROWS)
def test_a_spelling_becomes_its_number(text: str, region: str, expected: str) -> None:
    """Every row of the table, in every region."""
    assert told(text, region) == expected


def test_the_table_has_two_hundred_spellings() -> None:
    """Each of them once."""
    assert len({text for text, *_ in SPELLINGS}) == len(SPELLINGS) >= 200


def test_a_dash_in_the_name_of_a_channel_begins_its_id() -> None:
    """Asterisk writes `PJSIP/<endpoint>-<id>`: a number with dashes there is not guessed."""
    assert to_e164("PJSIP/8-903-2000000", "RU") is None
    assert to_e164("PJSIP/89032000000-00000a1b", "RU") == "+79032000000"


@given(
    rest=st.integers(200_000, 999_999).map(str),
    before=st.sampled_from(["", "\u202a", "\ufeff", " ", "tel:", "sip:", "тел. ", '"Anna 7" <sip:', "PJSIP/"]),
    start=st.sampled_from(["+7903", "7903", "8903", "+7 (903) ", "8-903-", "007903", "903"]),
    after=st.sampled_from(["", "\u200b", " ", " доб. 12", ",12", "x12", "#12", " (12)"]),
)
def test_marks_and_addresses_around_a_number_change_nothing(rest: str, before: str, start: str, after: str) -> None:
    """The number is one, whatever stands around it."""
    assume(not (before == "PJSIP/" and "-" in start))
    assert to_e164(f"{before}{start}{rest}0{after}", "RU") == f"+7903{rest}0"


@given(st.text(max_size=60), st.sampled_from([*REGIONS, "US", "ZZ", ""]))
def test_any_text_is_read_without_a_failure(text: str, region: str) -> None:
    """A number in E.164 stays the same when it is read again, in any region."""
    for number in all_numbers(text, region):
        if number.e164:
            assert {to_e164(number.e164, other) for other in REGIONS} == {number.e164}


@given(st.text(alphabet="0123456789+-() .,;/#xдоб\n", max_size=40))
def test_what_looks_like_numbers_is_read_without_a_failure(text: str) -> None:
    """No number is longer or shorter than E.164 allows."""
    assert all(8 <= len(one.e164) <= 16 for one in all_numbers(text, "RU") if one.e164)


@pytest.mark.parametrize("spelling", [103, 103.0, *one_of(EXTENSIONS)])
def test_an_extension_has_one_key(spelling: str | float) -> None:
    """Whatever the PBX or the CRM writes for the extension."""
    assert extension_key(spelling) == "103"


def test_the_accounts_own_extensions_decide_about_zeros() -> None:
    """`0103` is another extension than 103 where the account has both, and the same where the account has one."""
    assert extension_key("0103", {"0103", "103"}) == "0103"
    assert extension_key("103", {"0103"}) == "0103"
    assert extension_key("0103", {"103"}) == "103"


@pytest.mark.parametrize("nothing", [None, "", " ", "\u200b", True])
def test_no_extension_has_no_key(nothing: str | None) -> None:
    """Nothing was told, so nobody is meant."""
    assert extension_key(nothing) == ""


@pytest.mark.parametrize("received", one_of(HIDDEN))
def test_a_hidden_caller_has_no_number(received: str) -> None:
    """Words, zeros and one digit over and over are nobody's number."""
    assert is_hidden(received)
    assert to_e164(received, "RU") is None


@pytest.mark.parametrize("received", ["101", "7777", "112", "+79035550128", "sip:ivan@pbx.example", "210-69-51"])
def test_a_short_number_and_a_sip_name_are_somebody(received: str) -> None:
    """An extension, a service, an address without a number, a local number."""
    assert not is_hidden(received)


@pytest.mark.parametrize("text", one_of(HIDDEN), ids=repr)
def test_a_hidden_number_has_no_key(text: str) -> None:
    """Nothing is stored, found or compared by one."""
    assert digits_of(Number(text)) == ""


@pytest.mark.parametrize("text", one_of(EXTENSIONS), ids=repr)
def test_an_extension_has_one_key_and_a_plain_text(text: str) -> None:
    """Devices, hosts and tags are no part of either."""
    extension = as_extension(Number(text))
    assert digits_of(Number(text)) == "103"
    assert extension is not None
    assert extension.received.lstrip("0") == "103"


def test_a_local_number_has_one_key_in_every_punctuation() -> None:
    """`2106951` finds `210-69-51`."""
    assert {digits_of(Number(text)) for text in ("210-69-51", "2106951", "210 69 51", "SIP/2106951")} == {"2106951"}
