"""Rules of Zadarma that the samples do not show."""

from typing import Any

from switchboard.dialects.registry import part_of
from switchboard.dialects.roles import TableModule
from switchboard.dialects.zadarma.tables import CAUSES, ENDS, IDENTITY
from switchboard.kernel.call import Disposition
from tests.unit.builders import parsed, sample
from tests.unit.dialects.test_docs import rows

END = sample("zadarma/end")


def read(**fields: Any) -> Any:
    """The end of a call with other fields; None takes a field out."""
    body = {**END, **fields}
    return parsed("zadarma", {name: value for name, value in body.items() if value is not None})


def test_a_repeat_changes_nothing_whatever_its_unsigned_fields_say() -> None:
    """An event is known by call, start and extension; another extension or call is another event."""
    first = read()
    for same in ({"disposition": "busy"}, {"duration": "9000"}, {"is_recorded": "0"}, {"extra": "1"}):
        assert read(**same).id == first.id
    for other in ({"pbx_call_id": "in_other"}, {"internal": "205"}, {"call_start": "2026-03-02 12:00:06"}):
        assert read(**other).id != first.id
    assert set(part_of("zadarma", "tables", TableModule).KINDS) - set(IDENTITY) == {"NOTIFY_IVR"}


def test_every_end_has_its_disposition() -> None:
    """By its word in any letter case; without a word that is known, by the cause of Q.931."""
    for word, disposition, _ in ENDS:
        assert read(disposition=word.upper()).disposition is disposition
    for cause, disposition in CAUSES.items():
        assert read(disposition=None, status_code=cause).disposition is disposition
        assert read(disposition="gone fishing", status_code=cause).disposition is disposition
    strange = read(disposition="gone fishing", status_code="999")
    assert (strange.disposition, strange.cause) == (Disposition.UNKNOWN, "gone fishing")
    assert read(disposition=None, status_code=None).disposition is None


def test_only_an_answered_call_has_a_talk() -> None:
    """The length of any other call is that of its ringing."""
    assert read().talk_duration == 62
    assert read(disposition="cancel").talk_duration == 0


def test_a_recording_is_named_with_its_scheme() -> None:
    """Unless the event says that there is none."""
    assert read().recording == "zadarma:1772442005.55"
    for none in ({"is_recorded": "0"}, {"call_id_with_rec": ""}):
        assert read(**none).recording is None


def test_the_page_has_the_tables_of_the_code() -> None:
    """Events with their kinds, words and causes with their dispositions."""
    kinds = part_of("zadarma", "tables", TableModule).KINDS
    assert {name: cells[0] for name, cells in rows("zadarma", "`event`").items()} == {
        name: [kind.value] for name, kind in kinds.items()
    }
    assert rows("zadarma", "word") == {word: [[found.value], [cause]] for word, found, cause in ENDS}
    assert rows("zadarma", "`status_code`") == {cause: [[found.value]] for cause, found in CAUSES.items()}
