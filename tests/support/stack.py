"""The resources of template.yaml that hold or take something, in moto, and what it tells each function of them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

import boto3

from local.bundle import ROOT, load_template
from tests.aws_rules.checker import CHECKER
from tests.support.unmade import UNMADE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

OPERATOR_TOKEN = "operator-token-for-tests-0123456789abcdefghijklmn"
TOKEN_KEY = "signing-key-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-0123"
SECRETS = {"OperatorToken": OPERATOR_TOKEN, "TokenSigningKey": TOKEN_KEY}
TABLE_KEYS = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
QUEUE_KEYS = ("FifoQueue", "DeduplicationScope", "FifoThroughputLimit", "VisibilityTimeout", "MessageRetentionPeriod")

PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "123456789012"}
PLACE = "us-east-1:123456789012"
ROLE = "arn:aws:iam::123456789012:role/any"

_numbers = count(1)


@cache
def template() -> dict[str, Any]:
    """The template, read once."""
    return load_template()


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Properties of all resources of a type, by logical id."""
    found = template()["Resources"].items()
    return {name: one.get("Properties", {}) for name, one in found if one["Type"] == kind}


@dataclass(frozen=True, slots=True)
class Clients:
    """What the resources are made with."""

    dynamodb: DynamoDBClient
    sqs: SQSClient
    secrets: SecretsManagerClient
    kms: KMSClient
    sns: SNSClient
    stepfunctions: SFNClient
    s3: S3Client
    sesv2: SESV2Client


class Stack:
    """One set of resources; the first request that names a resource makes the resource.

    `refs` and `arns` are by logical id.
    """

    def __init__(self, clients: Clients) -> None:
        self.clients, self.dynamodb, self.sqs = clients, clients.dynamodb, clients.sqs
        self.name = f"stack-{next(_numbers)}"
        self.refs: dict[str, str] = {name: str(of["Default"]) for name, of in template()["Parameters"].items()}
        self.refs |= {**PSEUDO, "AWS::StackName": self.name}
        self.refs |= {name: name for name in resources("AWS::Serverless::Function")}
        self.refs |= {name: name for name in resources("AWS::ApiGatewayV2::Api")}
        self.arns: dict[str, str] = {}
        for name, properties in resources("AWS::DynamoDB::Table").items():
            self._add_table(name, properties)
        for name, properties in resources("AWS::SQS::Queue").items():
            self._add_queue(name, properties)
        for name in SECRETS:
            self.arns[name] = secret_of(name, clients.secrets)
        for name in resources("AWS::KMS::Key"):
            self.refs[name], self.arns[name] = key_of(name, clients.kms)
        for name in resources("AWS::SNS::Topic"):
            self._add_topic(name)
        for name, properties in resources("AWS::S3::Bucket").items():
            self._add_bucket(name, properties)
        for name, properties in resources("AWS::Serverless::StateMachine").items():
            self._add_machine(name, properties)

    def table(self, name: str) -> str:
        """The name of a table by its logical id."""
        return self.refs[name]

    def queue(self, name: str) -> str:
        """The URL of a queue by its logical id."""
        return self.refs[name]

    def items(self, table: str) -> list[dict[str, Any]]:
        """Everything in a table."""
        return self.dynamodb.scan(TableName=self.table(table))["Items"]

    def messages(self, queue: str) -> list[dict[str, Any]]:
        """Receive at most ten messages, as an event source mapping hands them to a function."""
        answer = self.sqs.receive_message(
            QueueUrl=self.queue(queue), MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
        )
        return [_record(message, self.arns[queue]) for message in answer.get("Messages", [])]

    def drain(self, queue: str) -> list[dict[str, Any]]:
        """Take everything off a queue."""
        records: list[dict[str, Any]] = []
        while found := self.messages(queue):
            self.delete(queue, found)
            records += found
        return records

    def delete(self, queue: str, records: list[dict[str, Any]]) -> None:
        """Take messages off a queue for good."""
        for record in records:
            self.sqs.delete_message(QueueUrl=self.queue(queue), ReceiptHandle=record["receiptHandle"])

    def show_again(self, queue: str, records: list[dict[str, Any]]) -> None:
        """End the time for which these messages are out of sight."""
        for record in records:
            self.sqs.change_message_visibility(
                QueueUrl=self.queue(queue), ReceiptHandle=record["receiptHandle"], VisibilityTimeout=0
            )

    def environment(self, function: str) -> dict[str, str]:
        """The variables that the template gives to the function of this folder, and no others."""
        shared = template()["Globals"]["Function"]["Environment"]["Variables"]
        own = function_properties(function).get("Environment", {}).get("Variables", {})
        return {name: self.value(value) for name, value in {**shared, **own}.items()}

    def value(self, value: Any) -> str:
        """What a value of the template comes to."""
        if not isinstance(value, Mapping):
            return str(value)
        if "Ref" in value:
            return self.refs[value["Ref"]]
        if "Fn::If" in value:
            condition, then, otherwise = value["Fn::If"]
            return self.value(then if self._holds(condition) else otherwise)
        if "Fn::Sub" in value:
            return re.sub(r"\$\{([^}]+)\}", lambda found: self.refs[found[1]], value["Fn::Sub"])
        return self.arns[value["Fn::GetAtt"][0]]

    def _holds(self, condition: str) -> bool:
        """Whether a parameter is given: `!Not [!Equals [!Ref it, '']]`."""
        (equal,) = template()["Conditions"][condition]["Fn::Not"]
        one, other = equal["Fn::Equals"]
        return self.value(one) != self.value(other)

    def bury(self, queue: str, dead: str, body: str, group: str = "") -> None:
        """Put a message into the dead letter queue of a queue."""
        policy = json.dumps({"deadLetterTargetArn": self.arns[dead], "maxReceiveCount": "10"})
        digest = hashlib.sha256(body.encode()).hexdigest()
        for_fifo: Any = {"MessageGroupId": group, "MessageDeduplicationId": digest} if group else {}
        self.sqs.send_message(QueueUrl=self.refs[dead], MessageBody=body, **for_fifo)
        self.sqs.set_queue_attributes(QueueUrl=self.refs[queue], Attributes={"RedrivePolicy": policy})

    def told(self, topic: str) -> str:
        """The URL of a new queue that gets what is published on a topic."""
        queue = self.sqs.create_queue(QueueName=f"{self.name}-told")["QueueUrl"]
        arn = "arn:aws:sqs:us-east-1:123456789012:" + queue.rpartition("/")[2]
        self.clients.sns.subscribe(
            TopicArn=self.refs[topic], Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
        )
        return queue

    def executions(self, machine: str = "RedeliverWorkflow") -> list[dict[str, Any]]:
        """The input of every execution, and its name."""
        client, found = self.clients.stepfunctions, []
        for one in client.list_executions(stateMachineArn=self.refs[machine])["executions"]:
            described = client.describe_execution(executionArn=one["executionArn"])
            found.append({**json.loads(described["input"]), "name": one["name"]})
        return found

    def _add_table(self, name: str, properties: Mapping[str, Any]) -> None:
        wanted = {key: properties[key] for key in TABLE_KEYS if key in properties}
        self.refs[name] = f"{self.name}-{name}"
        self.arns[name] = f"arn:aws:dynamodb:{PLACE}:table/{self.refs[name]}"
        CHECKER.facts.learn("CreateTable", {"TableName": self.refs[name], **wanted})
        UNMADE.add(self.refs[name], lambda: makers().dynamodb.create_table(TableName=self.refs[name], **wanted))

    def _add_queue(self, name: str, properties: Mapping[str, Any]) -> None:
        wanted: Any = {key: _attribute(properties[key]) for key in QUEUE_KEYS if key in properties}
        queue = f"{self.name}-{name}" + (".fifo" if properties.get("FifoQueue") else "")
        self.refs[name] = f"https://sqs.us-east-1.amazonaws.com/123456789012/{queue}"
        self.arns[name] = f"arn:aws:sqs:{PLACE}:{queue}"
        CHECKER.facts.learn("CreateQueue", {"QueueName": queue, "Attributes": wanted})
        UNMADE.add(queue, lambda: makers().sqs.create_queue(QueueName=queue, Attributes=wanted))

    def _add_topic(self, name: str) -> None:
        topic = f"{self.name}-{name}"
        self.refs[name] = f"arn:aws:sns:{PLACE}:{topic}"
        UNMADE.add(topic, lambda: makers().sns.create_topic(Name=topic))

    def _add_bucket(self, name: str, properties: Mapping[str, Any]) -> None:
        self.refs[name] = bucket = f"{self.name}-{name}".lower()
        self.arns[name] = f"arn:aws:s3:::{bucket}"
        versions: Any = properties["VersioningConfiguration"]

        def make() -> None:
            makers().s3.create_bucket(Bucket=bucket)
            makers().s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=versions)

        UNMADE.add(bucket, make)

    def _add_machine(self, name: str, properties: Mapping[str, Any]) -> None:
        machine = self.value(properties["Name"])
        self.refs[name] = f"arn:aws:states:{PLACE}:stateMachine:{machine}"
        wanted: Any = {"name": machine, "definition": definition(properties), "roleArn": ROLE}
        UNMADE.add(machine, lambda: makers().stepfunctions.create_state_machine(**wanted))


@cache
def makers() -> Clients:
    """Clients that make resources; no test watches their requests."""
    session = boto3.Session()
    return Clients(
        session.client("dynamodb"),
        session.client("sqs"),
        session.client("secretsmanager"),
        session.client("kms"),
        session.client("sns"),
        session.client("stepfunctions"),
        session.client("s3"),
        session.client("sesv2"),
    )


@cache
def secret_of(name: str, secrets: SecretsManagerClient) -> str:
    """ARN of a secret, made once: no test changes a secret."""
    return secrets.create_secret(Name=name, SecretString=SECRETS[name])["ARN"]


@cache
def key_of(name: str, kms: KMSClient) -> tuple[str, str]:
    """Id and ARN of a key, made once: to make one takes as long as all the rest."""
    key = kms.create_key(Description=name)["KeyMetadata"]
    return key["KeyId"], key["Arn"]


def definition(machine: Mapping[str, Any]) -> str:
    """A state machine's definition as CloudFormation gets it; a function's ARN ends in its logical id."""
    text: str = (ROOT / machine["DefinitionUri"]).read_text()
    for name, value in machine["DefinitionSubstitutions"].items():
        function, _ = value["Fn::GetAtt"]
        text = text.replace(f"${{{name}}}", f"arn:aws:lambda:us-east-1:123456789012:function:{function}")
    return text


def function_properties(folder: str) -> dict[str, Any]:
    """What the template says of the function in this folder."""
    for properties in resources("AWS::Serverless::Function").values():
        if properties["CodeUri"] == f"functions/{folder}":
            return properties
    raise LookupError(folder)


def function_folders() -> list[str]:
    """The folders of all functions in the template."""
    functions = resources("AWS::Serverless::Function").values()
    return sorted(properties["CodeUri"].removeprefix("functions/") for properties in functions)


def _attribute(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _record(message: Mapping[str, Any], arn: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": "us-east-1",
    }
