"""AWS is played in this process, and nothing else is."""

import pytest

from switchboard.dialects.vendor_requests import VendorRequest
from switchboard.errors import Invalid
from switchboard.net.guard import Guard
from switchboard.net.resolver import Resolver
from switchboard.net.session import vetted_session
from switchboard.net.vendor_streams import VendorStreams


@pytest.mark.usefixtures("aws")
def test_what_is_asked_of_others_goes_out_as_it_is() -> None:
    """Though it looks like a service of AWS: the guard of addresses sees it, whichever tests came before."""
    streams = VendorStreams(lambda: vetted_session(Guard(Resolver(), allow_private=False)))
    with pytest.raises(Invalid), streams.listen("http://169.254.169.254", VendorRequest("GET", ("/sys/events",))):
        pass
