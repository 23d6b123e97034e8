"""The campaign that is played on the terminal."""

import io
import wave
from pathlib import Path
from typing import Any

import pytest

from local import campaign
from local.cato import Cato
from local.errors import LocalError
from local.paths import Paths
from local.sounds import signal


class Interrupted(Cato):
    """A client whose user presses Ctrl-C at the first look."""

    def __init__(self, base_url: str, token: str) -> None:
        super().__init__(base_url, token)
        self.stopped: list[str] = []

    def progress(self, execution: str) -> dict[str, Any]:  # noqa: ARG002 - that is how it is asked
        """No answer."""
        raise KeyboardInterrupt

    def stop(self, execution: str) -> None:
        """Keep what was stopped."""
        self.stopped.append(execution)


def test_everybody_has_numbers_of_their_own() -> None:
    """Else one would be called for another."""
    phones = [phone for person in campaign.people(500) for phone in person["phones"]]
    assert len(phones) == len(set(phones)) > 500
    assert {len(phone) for phone in phones} == {11}


def test_outcomes_are_counted_by_people_and_by_calls() -> None:
    """An answered call counts by whether the message was heard."""
    heard = {"result": "heard", "success": True}
    gone = {"result": "hung_up_early", "success": False}
    busy = {"result": "busy", "success": False}
    subscribers = [
        {"notified": True, "reason": "", "phones": [{"calls": [busy]}, {"calls": [heard]}]},
        {"notified": False, "reason": "hung_up_early", "phones": [{"calls": [gone, gone]}]},
    ]
    people, calls = campaign.summary(subscribers)
    assert people == {"notified": 1, "failed: hung up early": 1}
    assert calls == {"busy": 1, "heard the message": 1, "hung up early": 2}


def test_ctrl_c_stops_the_campaign_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody goes on to be called by something that nobody looks at."""
    with Interrupted("http://127.0.0.1:1", "token") as client:
        with pytest.raises(KeyboardInterrupt):
            campaign._follow(client, "e-1")
        assert client.stopped == ["e-1"]
    assert "It was stopped" in capsys.readouterr().out


@pytest.mark.parametrize("count", ["0", "-1", "many", "5001", "²", ""])
def test_a_number_of_people_that_is_none_starts_nothing(count: str, tmp_path: Path) -> None:
    """It says what may be asked for."""
    with pytest.raises(LocalError, match="from 1 to 5000"):
        campaign.main(Paths(tmp_path), count)


def test_the_signal_is_as_long_as_told() -> None:
    """In a form that every hub takes."""
    with wave.open(io.BytesIO(signal(1.5))) as file:
        assert (file.getnframes(), file.getframerate(), file.getnchannels()) == (12_000, 8000, 1)
