"""GET /sys/records/{record_id}: stream the recording with the number that an event of SpRecord carries."""

from switchboard.lambdas.sprecord_records import serving

app = serving()
