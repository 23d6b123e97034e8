"""Audio of campaigns: files in any common format, converted to the formats of telephony."""
