"""Bitrix24's REST API for telephony, as its external telephony (b24restdocs, api-reference/telephony)."""

from switchboard.dialects.bitrix24.render import render
from switchboard.dialects.bitrix24.tables import VOCABULARY

__all__ = ["VOCABULARY", "render"]
