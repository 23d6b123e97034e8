"""`make demo-campaign` on a hub that is up."""

from local.paths import Paths
from tests.e2e.conftest import Hub, LocalHub


def test_a_campaign_is_shown_from_its_audio_to_its_report(hub: Hub) -> None:
    """What is said at the end is what the table has."""
    done = LocalHub(hub.home).run("campaign", "9")
    assert done.returncode == 0, done.stderr
    assert "wave 1 of 2" in done.stdout
    assert "it is over" in done.stdout
    # Three never hear the message: one does not answer, one hangs up, one cannot be reached.
    assert [line.split()[-2] for line in done.stdout.splitlines() if " notified  " in line] == ["6"]
    lines = (Paths(hub.home).home / "campaign-report.csv").read_text("utf-8-sig").splitlines()
    assert len({line.split(";")[1] for line in lines[1:]}) == 9
