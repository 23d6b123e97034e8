"""boto3's clients, made when first needed and shared by everything in the container."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_polly import PollyClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

# The time-outs leave time for a retry within a function's time. The threads of a batch share the pool. AWS validates
# parameters anyway, so botocore's validation and its user agent are off: a quarter of the cost of a request
# (`python -m bench deliver`).
CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=20,
    retries={"mode": "standard", "total_max_attempts": 4},
    parameter_validation=False,
    user_agent="Switchboard/1.0",
)

# A PBX waits for the answer to an event. An event has to be kept elsewhere within a function's ten seconds.
AT_THE_DOOR = CONFIG.merge(
    Config(connect_timeout=1, read_timeout=1.5, retries={"mode": "standard", "total_max_attempts": 2})
)

ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1})
# A callee hears silence until the function answers: what does not answer within half a second has failed.
IN_A_CALL = CONFIG.merge(Config(connect_timeout=0.5, read_timeout=0.5)).merge(ONCE)


@cache
def dynamodb() -> DynamoDBClient:
    """The client of DynamoDB."""
    return boto3.client("dynamodb", config=CONFIG)


@cache
def sqs() -> SQSClient:
    """The client of SQS."""
    return boto3.client("sqs", config=CONFIG)


@cache
def kms() -> KMSClient:
    """The client of KMS."""
    return boto3.client("kms", config=CONFIG)


@cache
def lambda_() -> LambdaClient:
    """The client of Lambda."""
    return boto3.client("lambda", config=CONFIG)


@cache
def patient_lambda() -> LambdaClient:
    """The client of Lambda for an answer that takes as long as a request of the gateway may. Nothing is asked twice."""
    patient = Config(read_timeout=28, retries={"mode": "standard", "total_max_attempts": 1})
    return boto3.client("lambda", config=CONFIG.merge(patient))


@cache
def sns() -> SNSClient:
    """The client of SNS."""
    return boto3.client("sns", config=CONFIG)


@cache
def stepfunctions() -> SFNClient:
    """The client of Step Functions."""
    return boto3.client("stepfunctions", config=CONFIG)


@cache
def secretsmanager() -> SecretsManagerClient:
    """The client of Secrets Manager."""
    return boto3.client("secretsmanager", config=CONFIG)


@cache
def s3() -> S3Client:
    """Return the client of S3. A part of many megabytes needs a long time-out."""
    # Every region accepts URLs with signature version 4.
    return boto3.client("s3", config=CONFIG.merge(Config(read_timeout=60, signature_version="s3v4")))


@cache
def polly() -> PollyClient:
    """Return the client of Polly. A long text needs a long time-out."""
    return boto3.client("polly", config=CONFIG.merge(Config(read_timeout=20)))


@cache
def sesv2() -> SESV2Client:
    """The client of SES."""
    return boto3.client("sesv2", config=CONFIG)


@cache
def sqs_at_the_door() -> SQSClient:
    """Return the client of SQS that gives up soon."""
    return boto3.client("sqs", config=AT_THE_DOOR)


@cache
def dynamodb_at_the_door() -> DynamoDBClient:
    """Return the client of DynamoDB that gives up soon."""
    return boto3.client("dynamodb", config=AT_THE_DOOR)


@cache
def s3_at_the_door() -> S3Client:
    """Return the client of S3 that gives up soon."""
    return boto3.client("s3", config=AT_THE_DOOR.merge(Config(signature_version="s3v4")))


@cache
def chime() -> Any:
    """Return the client of Amazon Chime's calls. The service has no idempotency key, so no request is repeated."""
    return boto3.client("chime-sdk-voice", config=CONFIG.merge(ONCE))


@cache
def dynamodb_in_a_call() -> DynamoDBClient:
    """Return the client of DynamoDB for a callee who waits."""
    return boto3.client("dynamodb", config=IN_A_CALL)


@cache
def sqs_in_a_call() -> SQSClient:
    """Return the client of SQS for a callee who waits."""
    return boto3.client("sqs", config=IN_A_CALL)


@cache
def pbx_gateway(url: str) -> ApiGatewayManagementApiClient:
    """Return the client of the connections of PBXs. A repeated frame would be carried out twice, so nothing is."""
    return boto3.client("apigatewaymanagementapi", endpoint_url=url, config=CONFIG.merge(ONCE))
