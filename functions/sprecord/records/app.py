"""GET /sys/records/{record_id}: the recording that an event of SpRecord's names by its number, streamed."""

from switchboard.lambdas.sprecord_records import serving

app = serving()
