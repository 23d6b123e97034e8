"""What no request tells, and has to be assumed: how long a function runs, and what the platform writes to its log."""

from __future__ import annotations

# Billed milliseconds of a warm run with the memory that the template gives it. Measured CPU time here, times three for
# a third of a processor, and the time of its requests to AWS (3 to 8 ms each). `deliver` waits for its receiver: 50 ms.
MILLISECONDS = {
    "webhooks/vpbx": 20,
    "workers/apply_call_event": 50,
    "workers/deliver": 90,
    "workers/retry_lane": 20,
    "workflows/redeliver": 40,
    "workflows/fetch_recording": 1500,
    "workers/advance_simulated_call": 40,
    "workers/conduct_dialling": 60,
}
OTHERS = 60

PLATFORM_LOG = 420  # bytes of START, END and REPORT, with CloudWatch's 26 for each line
LINE = 26
ACCESS_LOG = 430  # bytes that the gateway writes of a request, where its log is on
# A turn of a state machine: it waits, runs its function, and chooses.
TRANSITIONS = 3
WORKFLOWS = frozenset(
    {"workflows/redeliver", "workflows/fetch_recording", "workflows/run_campaign", "workflows/poll_campaign"}
)
SQS_CHUNK = 64 * 1024
# SQS's event sources look with five pollers of twenty seconds each while a queue is empty.
POLLERS, LONG_POLL = 5, 20
MONTH = 30 * 24 * 3600
