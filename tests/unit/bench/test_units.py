"""DynamoDB's units, on examples that its documentation works out or that follow from its rules."""

import pytest

from bench.cost.counted import Counted, bill, dollars
from bench.cost.idle import idle_bill, runs_a_month
from bench.cost.report import BEGIN, END, with_counts
from bench.cost.schema import table_of, tables
from bench.cost.units import Index, Table, index_write, item_size, projected, read_units, table_write, write_units

BY_STATE = Index("by_state", ("state", "at"), "KEYS_ONLY")
TABLE = Table("Things", ("id",), (BY_STATE,))


def thing(state: str | None = "new", **others: str) -> dict[str, dict[str, str]]:
    known = {"id": "1", "state": state, "at": "noon", **others}
    return {name: {"S": value} for name, value in known.items() if value is not None}


@pytest.mark.parametrize(("size", "units"), [(0, 1), (1, 1), (1024, 1), (1025, 2), (3 * 1024 + 512, 4)], ids=str)
def test_a_write_is_a_unit_for_each_kilobyte_begun(size: int, units: int) -> None:
    """An item of 3.5 KB takes four units, as the documentation works out; the least is one."""
    assert write_units(size) == units


def test_a_read_is_a_unit_for_four_kilobytes_of_what_was_read_together() -> None:
    """A query adds its items up before it rounds; a read that may be stale costs half."""
    assert read_units([2048, 2048], consistent=True) == 1
    assert read_units([4097], consistent=True) == 2
    assert read_units([4097], consistent=False) == 1
    assert read_units([], consistent=False) == 0.5


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "абв"}, 6),
        ({"N": "1234"}, 3),
        ({"N": "0"}, 2),
        ({"B": b"12345"}, 5),
        ({"BOOL": True}, 1),
        ({"L": [{"S": "ab"}, {"S": "c"}]}, 8),
        ({"M": {"k": {"S": "v"}}}, 6),
        ({"BS": [b"12345678", b"12345678"]}, 16),
    ],
    ids=str,
)
def test_an_item_is_as_large_as_its_names_and_values(value: dict[str, object], size: int) -> None:
    """In UTF-8, with what lists and maps take by themselves."""
    assert item_size({"name": value}) == 4 + size


def test_a_write_is_charged_by_the_larger_image() -> None:
    """A large item made small costs what the large one did, and each item of a transaction costs twice."""
    large, small = thing(text="x" * 2000), thing()
    assert table_write(large, small) == table_write(small, large) == 2
    assert table_write(None, large, transactional=True) == 4


def test_a_write_whose_condition_failed_costs_what_the_item_there_would() -> None:
    """One unit where there is none."""
    assert table_write(None, None) == 1


@pytest.mark.parametrize(
    ("old", "new", "units"),
    [
        (None, thing(), 1),
        (thing(), None, 1),
        (thing(), thing("done"), 2),
        (thing(), thing(text="another"), 0),
        (thing(), thing(None), 1),
        (None, thing(None), 0),
    ],
    ids=["new", "gone", "moved", "not projected", "left", "never in it"],
)
def test_an_index_is_written_when_its_projection_changes(
    old: dict[str, dict[str, str]] | None, new: dict[str, dict[str, str]] | None, units: int
) -> None:
    """A change of its key is a delete and a put; an item without the key is not in it."""
    assert index_write(TABLE, BY_STATE, old, new) == units


def test_a_whole_projection_is_written_with_every_change() -> None:
    """By its size."""
    whole = Index("by_state", ("state", "at"))
    assert index_write(TABLE, whole, thing(), thing(text="x" * 1500)) == 2


def test_a_projection_has_both_keys_and_what_is_included() -> None:
    """And nothing else."""
    index = Index("by_state", ("state",), "INCLUDE", ("kept",))
    found = projected(TABLE, index, thing(kept="a", left="b"))
    assert found is not None
    assert set(found) == {"id", "state", "kept"}


def test_tables_and_indexes_are_read_out_of_the_template() -> None:
    """So that the count follows the template."""
    found = tables()
    assert {"CallsTable", "DeliveriesTable", "StreamsTable"} <= set(found)
    keys = {"KeySchema": [{"AttributeName": "pk"}, {"AttributeName": "sk"}]}
    assert table_of("Any", keys) == Table("Any", ("pk", "sk"))


def test_a_bill_is_units_times_prices() -> None:
    """A million writes of one unit cost sixty-two cents and a half."""
    counted = Counted()
    counted.writes["Things"] = 1_000_000
    counted.requests["s3.PutObject"] = 1000
    assert bill(counted)["write units"] == pytest.approx(0.625)
    assert bill(counted)["other requests"] == pytest.approx(0.005)
    assert dollars(counted) == pytest.approx(0.63)


def test_an_idle_bill_counts_what_the_template_has() -> None:
    """Resources that a loop makes are counted one by one, and schedules by their rate."""
    alarm = {"Type": "AWS::CloudWatch::Alarm"}
    worker = {
        "Type": "AWS::Serverless::Function",
        "Properties": {"Events": {"Queue": {"Type": "SQS"}, "Every": a_schedule("rate(5 minutes)")}},
    }
    loop = ["Name", ["A", "B", "C"], {"${Name}Alarm": alarm}]
    bill = idle_bill({"Resources": {"One": alarm, "Fn::ForEach::Alarms": loop, "Worker": worker}})
    assert bill["4 alarms"] == pytest.approx(0.40)
    assert {"empty receives of 1 queues", "8640 scheduled runs"} <= set(bill)


def a_schedule(rate: str) -> dict[str, object]:
    return {"Type": "Schedule", "Properties": {"Schedule": rate}}


@pytest.mark.parametrize(
    ("schedule", "runs"), [("rate(1 minute)", 43200), ("rate(1 hour)", 720), ("cron(15 0 * * ? *)", 30)], ids=str
)
def test_a_schedule_runs_so_often_a_month(schedule: str, runs: int) -> None:
    """A month has thirty days."""
    assert runs_a_month(schedule) == runs


def test_counts_replace_those_that_stand_in_the_page() -> None:
    """What stands around them stays."""
    page = with_counts(f"above\n{BEGIN}\nold\n{END}\nbelow\n", "new\n")
    assert page == f"above\n{BEGIN}\n\nnew\n\n{END}\nbelow\n"
