"""AWS is played in this process, and nothing else is."""

import pytest

from switchboard.dialects.questions import Question
from switchboard.errors import Invalid
from switchboard.net.guard import Guard
from switchboard.net.listen import VendorStreams
from switchboard.net.names import Names
from switchboard.net.session import vetted_session


@pytest.mark.usefixtures("aws")
def test_what_is_asked_of_others_goes_out_as_it_is() -> None:
    """Though it looks like a service of AWS: the guard of addresses sees it, whichever tests came before."""
    streams = VendorStreams(lambda: vetted_session(Guard(Names(), allow_private=False)))
    with pytest.raises(Invalid), streams.listen("http://169.254.169.254", Question("GET", ("/sys/events",))):
        pass
