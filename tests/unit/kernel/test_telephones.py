"""The numbers of lists, and what makes two of them one telephone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.kernel.numbers import listed_numbers, telephone_key, to_e164
from switchboard.kernel.numbers.plan import plan_of

READ = {
    "8 (916) 000-11-22": "89160001122",
    "+7\u00a0916\u00a0000\u201311\u201322": "+79160001122",
    "01": "01",
    "776429": "776429",
    "22.33.44": "223344",
    "79161234567.0": "79161234567",
    "7,9161234567E+10": "79161234567",
    '="89161234567"': "89161234567",
    "'+79161234567": "+79161234567",
    "\u202a+7\u200b916\u00ad123\ufeff4567\u202c": "+79161234567",
    "\uff18\uff19\uff11\uff16\uff11\uff12\uff13\uff14\uff15\uff16\uff17": "89161234567",
    "tel:+7-916-123-45-67": "+79161234567",
    "моб. 8 916 123 45 67": "89161234567",
    "+8 916 123 45 67": "+79161234567",
    "210-69-51/52": "2106951 2106952",
    "8-916-123-45-67/68/69": "89161234567 89161234568 89161234569",
    "89161234567\n89161234568": "89161234567 89161234568",
    "89161234567 89161234568": "89161234567 89161234568",
    "89161234567 и 89161234568": "89161234567 89161234568",
    "8 916 123-45-67, 8 916 123-45-68": "89161234567 89161234568",
    "112; 102": "112 102",
    "79161234567 | 102": "79161234567 102",
    "8 (343) 210-69-51 (102)": "83432106951x102",
    "8(343)210-69-71, 102": "83432106971x102",
    "8(343)210-69-71 доб.102, 8(343)210-69-72 доб. 103": "83432106971x102 83432106972x103",
    "+79161234567;ext=5": "+79161234567x5",
    "83432106951x102": "83432106951x102",
    "нет": "",
    " - ": "",
}
REFUSED = (
    *("1500.00", "1 500,00", "01.02.1980", "1980-02-01", "01/02/1980 10:00", "10.11.12", "-1144", "7.91612E+10"),
    *("8916l234567", "Иванов", "89161234567 звонить после 18", "89161234567 не звонить", "5", "1" * 16, "0000000"),
    *("89161234567; 102", "89161234567,221133", "210-69-51, 52", "101 102", "8 916 123 45 67 8 916 123 45 68"),
    *("9999999999", "77+6429", "12:30", "0171/5550128", "89161234567 102"),
    *("7.91612346e+10", "7.91612345E+10", "7,916123E+10", "80291 234567", "29123 45678", "210695 210696"),
)


@pytest.mark.parametrize("cell", READ)
def test_a_cell_of_a_list_is_read(cell: str) -> None:
    """Several numbers are several, an extension belongs to its number, and the spelling of a spreadsheet is undone."""
    assert " ".join(listed_numbers(cell, "RU")) == READ[cell]


def test_a_cell_that_may_mean_something_else_is_refused() -> None:
    """Dates, money, lost digits, words, and numbers that may be one or two. The reason does not tell the value."""
    for cell in REFUSED:
        with pytest.raises(ValueError, match=r".") as refused:
            listed_numbers(cell, "RU")
        assert len(cell) < 5 or cell not in str(refused.value)


@given(st.text(st.sampled_from("0123456789+-() .,;/|\nxдоб"), max_size=40))
def test_what_is_read_is_read_again_as_the_same(cell: str) -> None:
    """A number is 2 to 15 digits, perhaps with an extension, and reading what was read changes nothing."""
    try:
        found = listed_numbers(cell, "RU")
    except ValueError:
        return
    assert [listed_numbers(one, "RU") for one in found] == [(one,) for one in found]


SAME = ("89161234567", "+7 916 123-45-67", "9161234567", "79161234567", "8 (916) 123-45-67 доб. 5", "+79161234567x5")


def test_spellings_of_one_telephone_have_one_key() -> None:
    """By the region's plan, also for numbers that the plan does not know. Short and local numbers stay."""
    assert {telephone_key(one, "RU") for one in SAME} == {"79161234567"}
    assert {telephone_key(one, "RU") for one in ("89990000001", "+79990000001", "9990000001")} == {"79990000001"}
    assert [telephone_key(one, "RU") for one in ("112", "0112", "210-69-51", "81312345678")] == [
        *("112", "0112", "2106951", "81312345678"),
    ]
    assert telephone_key("0171 5550128", "DE") == telephone_key("+49 171 5550128", "DE")


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["RU", "US", "DE", "GB", "KZ", "IT", "XX"]), st.from_regex(r"\+?[0-9]{9,13}", fullmatch=True))
def test_the_quick_reader_knows_no_more_than_the_library(region: str, number: str) -> None:
    """What the compiled plan is sure of, the library reads as the same number."""
    found = plan_of(region).international(number.lstrip("+"), plus=number.startswith("+"))
    assert found is None or to_e164(number, region) == f"+{found}"
