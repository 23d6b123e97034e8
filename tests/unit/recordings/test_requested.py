"""Recordings whose link is asked for at the PBX."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from switchboard.errors import NotFound, ProviderRefused, ProviderSilent, Refusal
from switchboard.kernel.call import Kind
from switchboard.recordings.expect import ExpectRecording
from switchboard.recordings.model import Recording
from switchboard.recordings.ports import NeverAvailable, NotYetAvailable, SourceFile
from switchboard.recordings.requested import LONGEST_LINK, RequestedRecordings
from tests.support.builders import NOON, a_recording, an_event, applied
from tests.unit.recordings.world import AUDIO, World

RECORDING = a_recording(reference="toy:17:55", source="s-toy")


@dataclass(slots=True)
class Pbx:
    """The links of a PBX, and a download that opens each link once."""

    says: str | Exception = "https://files.example/1"
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    def ask(self, account: str, source: str, recording_id: str) -> str:
        self.asked.append((account, source, recording_id))
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    @contextmanager
    def open(self, recording: Recording) -> Iterator[SourceFile]:
        self.opened.append(recording.reference)
        yield SourceFile([AUDIO], len(AUDIO))


def test_each_attempt_asks_for_a_link_of_its_own() -> None:
    """The PBX gets the id alone, and the file is opened at the link that it gives."""
    pbx = Pbx()
    opener = RequestedRecordings(pbx.ask, pbx)
    for place in (1, 2):
        pbx.says = f"https://files.example/{place}"
        with opener.open(RECORDING) as file:
            assert b"".join(file.chunks) == AUDIO
    assert pbx.asked == [("acme", "s-toy", "17:55")] * 2
    assert pbx.opened == ["https://files.example/1", "https://files.example/2"]


@pytest.mark.parametrize(
    ("says", "error", "reason"),
    [
        ("", NotYetAvailable, "not_ready"),
        ("toy:17", NotYetAvailable, "bad_link"),
        ("file:///etc/passwd", NotYetAvailable, "bad_link"),
        ("https://files.example/" + "x" * LONGEST_LINK, NotYetAvailable, "bad_link"),
        (NotFound("-"), NeverAvailable, "not_found"),
        (ProviderRefused("-", Refusal.TOO_FAST), NotYetAvailable, "link_too_fast"),
        (ProviderSilent("-"), NotYetAvailable, "link_provider_silent"),
    ],
)
def test_a_file_without_a_link_is_waited_for(says: str | Exception, error: type[Exception], reason: str) -> None:
    """Only a PBX that has no such file ends the attempts."""
    pbx = Pbx(says)
    with pytest.raises(error, match=f"^{reason}$"), RequestedRecordings(pbx.ask, pbx).open(RECORDING):
        pass
    assert pbx.opened == []


def test_the_first_question_waits_for_the_file() -> None:
    """As long as the scheme says; other references are fetched at once."""
    world = World()
    expect = ExpectRecording(world.recordings, world.workflows, world.clock, {"toy": 40.0})
    end = an_event("e9", kind=Kind.CALL_ENDED, recording="toy:17", talk_duration=5)
    other = replace(end, id="e10", call_id="call-2", recording="https://pbx.example/2")
    for event in (end, end, other):
        expect(applied(event))
    assert [(one.next_at, wait) for one, wait in world.workflows.started] == [
        (NOON + timedelta(seconds=40), 40.0),
        (NOON, 0.0),
    ]
