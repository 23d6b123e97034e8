"""A day on which everything is used that campaigns have."""

from tests.support.audio_day import audio_day
from tests.support.campaign_day import campaign_day
from tests.support.dialling_day import dialling_day
from tests.support.followers_day import do_not_call, followers_day
from tests.support.handover_day import handover_day
from tests.support.hub import Hub
from tests.support.launching import launching_day


def campaigns_day(hub: Hub) -> None:
    """What is kept, dialled, followed and handed over."""
    dialling_day(hub)
    followers_day(hub)
    campaign_day(hub)
    audio_day(hub)
    handover_day(hub)
    launching_day(hub)
    do_not_call(hub)
