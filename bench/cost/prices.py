"""The one table of prices: us-east-1, on demand, arm64, as published in November 2026. US dollars, without free tiers.

Who has other prices (another region, an agreement) changes this file and runs `python -m bench cost`.
"""

from __future__ import annotations

MILLION = 1_000_000
DATED = "November 2026, us-east-1"

WRITE_UNIT = 0.625 / MILLION
READ_UNIT = 0.125 / MILLION
GATEWAY_REQUEST = 3.50 / MILLION
INVOCATION = 0.20 / MILLION
GB_SECOND = 0.0000133334
SQS_FIFO_REQUEST = 0.50 / MILLION  # each 64 KB of a request is one
SQS_REQUEST = 0.40 / MILLION
TRANSITION = 0.025 / 1000
LOG_BYTE = 0.50 / 1024**3  # taken in; kept it costs $0.03 a GB and month more

# By service, where an operation has no price of its own.
REQUESTS = {
    "kms": 0.03 / 10_000,
    "secretsmanager": 0.05 / 10_000,
    "sns": 0.50 / MILLION,
    "sesv2": 0.10 / 1000,
    "s3": 0.005 / 1000,
    "s3.GetObject": 0.0004 / 1000,
    "s3.HeadObject": 0.0004 / 1000,
    "s3.DeleteObject": 0.0,
    "s3.AbortMultipartUpload": 0.0,
}

# A month of a stack that does nothing.
ALARM_MONTH = 0.10
KEY_MONTH = 1.00
SECRET_MONTH = 0.40
DASHBOARD_MONTH = 0.0  # the first three of an AWS account are free
