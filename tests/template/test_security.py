from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.bundle import load_template
from local.openapi import logical_id
from switchboard.lambdas.routes import UNMATCHED, routes

Resources = dict[str, dict[str, Any]]
OfType = Callable[[str], Resources]


WITHOUT_RESOURCES = {"polly:SynthesizeSpeech"}  # actions that IAM lets nobody narrow

SERVICE = {"Service": "voiceconnector.chime.amazonaws.com"}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(of_type: OfType) -> Iterator[tuple[str, dict[str, Any]]]:
    """Go through all statements of the policies of roles, queues and topics."""
    for name, role in of_type("AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement
    for kind in ("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy"):
        for name, resource in of_type(kind).items():
            for statement in resource["PolicyDocument"]["Statement"]:
                yield name, statement["Fn::If"][1] if "Fn::If" in statement else statement


def test_no_policy_allows_actions_by_wildcard(of_type: OfType) -> None:
    """Every permission is spelled out, in the policies of keys too; what is denied may be everything."""
    found = [(name, one) for name, one in statements(of_type) if one["Effect"] == "Allow"]
    found += [(name, one) for name, key in of_type("AWS::KMS::Key").items() for one in key["KeyPolicy"]["Statement"]]
    assert [(name, action) for name, one in found for action in as_list(one["Action"]) if "*" in action] == []


def test_no_policy_names_all_resources(of_type: OfType) -> None:
    """Every permission is for resources of this stack. A key's policy is left out: there '*' is the key itself.

    What is denied may be everything.
    """
    allowed = [(name, one) for name, one in statements(of_type) if one["Effect"] == "Allow"]
    broad = [(name, one["Action"]) for name, one in allowed if "*" in as_list(one["Resource"])]
    assert [(name, actions) for name, actions in broad if not set(as_list(actions)) <= WITHOUT_RESOURCES] == []


def test_roles_take_no_managed_policy_but_that_for_logs(of_type: OfType) -> None:
    """No role of a function gets the broad permissions that AWS keeps ready."""
    roles = {name: role.get("ManagedPolicyArns", []) for name, role in of_type("AWS::IAM::Role").items()}
    broad = {
        name: arns for name, arns in roles.items() if any("AWSLambdaBasicExecutionRole" not in str(arn) for arn in arns)
    }
    # API Gateway takes this policy or none for its access logs.
    assert set(broad) == {"GatewayLogsRole"}


def test_the_gateway_may_invoke_what_has_a_route_and_nothing_else(of_type: OfType) -> None:
    """One role for all routes. Workers and workflows are not within its reach."""
    role = of_type("AWS::IAM::Role")["GatewayRole"]
    (statement,) = [one for policy in role["Policies"] for one in policy["PolicyDocument"]["Statement"]]
    assert (statement["Effect"], statement["Action"]) == ("Allow", ["lambda:InvokeFunction"])
    allowed = [resource["Fn::GetAtt"] for resource in statement["Resource"]]
    served = {logical_id(route.folder) for route in routes()} | {logical_id(UNMATCHED)}
    assert sorted(allowed) == sorted([name, "Arn"] for name in served)
    (trusted,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trusted["Principal"] == {"Service": "apigateway.amazonaws.com"}


def test_what_answers_strangers_has_no_permission(of_type: OfType) -> None:
    """The function for unmatched paths can reach nothing."""
    assert "Policies" not in of_type("AWS::IAM::Role")["UnmatchedFunctionRole"]


def test_every_table_is_encrypted_and_can_be_restored(of_type: OfType) -> None:
    """Tables are encrypted under a key of KMS, and can be taken back to any second of the last weeks."""
    tables = of_type("AWS::DynamoDB::Table").values()
    assert tables
    assert all(table["SSESpecification"]["SSEEnabled"] for table in tables)
    assert all(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] for table in tables)


KEPT = ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret"]


@pytest.mark.parametrize("kind", KEPT)
def test_data_and_secrets_outlive_the_stack(kind: str, transformed: Resources) -> None:
    """No deletion of the stack and no replacement deletes them; a first deployment that fails leaves none."""
    found = [resource for resource in transformed.values() if resource["Type"] == kind]
    assert {resource["DeletionPolicy"] for resource in found} == {"RetainExceptOnCreate"}
    assert {resource["UpdateReplacePolicy"] for resource in found} == {"Retain"}


def test_what_credentials_are_sealed_with_outlives_the_stack(transformed: Resources) -> None:
    """Tables that stay are worth nothing without the key; the key of the alarms goes with them."""
    policies = {name: one.get("DeletionPolicy") for name, one in transformed.items() if one["Type"] == "AWS::KMS::Key"}
    assert policies == {"SecretsKey": "RetainExceptOnCreate", "AlarmKey": None}


def test_nothing_is_kept_of_a_first_deployment_that_failed(transformed: Resources) -> None:
    """`Retain` would leave it behind, in the way of the next."""
    assert {name for name, one in transformed.items() if one.get("DeletionPolicy") == "Retain"} == set()


def test_no_table_can_be_deleted_by_mistake(of_type: OfType, template: dict[str, Any]) -> None:
    """Unless the operator has said so before a first deployment, which could not be rolled back else."""
    protected = [table["DeletionProtectionEnabled"] for table in of_type("AWS::DynamoDB::Table").values()]
    assert all(one == {"Ref": "ProtectTables"} for one in protected)
    assert template["Parameters"]["ProtectTables"]["Default"] == "true"


def test_every_queue_is_encrypted(of_type: OfType) -> None:
    """Messages are encrypted at rest."""
    queues = of_type("AWS::SQS::Queue").values()
    assert queues
    assert all(queue.get("SqsManagedSseEnabled") or queue.get("KmsMasterKeyId") for queue in queues)


def test_every_queue_is_reached_by_tls_alone(of_type: OfType) -> None:
    """What comes in the clear is denied, whoever asks."""
    (policy,) = of_type("AWS::SQS::QueuePolicy").values()
    assert sorted(queue["Ref"] for queue in policy["Queues"]) == sorted(of_type("AWS::SQS::Queue"))
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "sqs:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": False}}


def test_every_bucket_is_encrypted_and_private(of_type: OfType) -> None:
    """Files are encrypted at rest and cannot be made public."""
    for bucket in of_type("AWS::S3::Bucket").values():
        assert bucket["BucketEncryption"]
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}


def test_every_bucket_is_reached_by_tls_alone(of_type: OfType) -> None:
    """What comes in the clear is denied, whoever asks."""
    policies = {found["Bucket"]["Ref"]: found for found in of_type("AWS::S3::BucketPolicy").values()}
    assert set(policies) == set(of_type("AWS::S3::Bucket"))
    for policy in policies.values():
        statement = policy["PolicyDocument"]["Statement"][0]
        assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": False}}


def test_amazon_chime_is_off_by_default(of_type: OfType) -> None:
    """Where it is on, the service may invoke one function and read the audio of campaigns, for one application."""
    whole = load_template()
    assert whole["Parameters"]["ChimeCalls"]["Default"] == "off"
    assert {whole["Resources"][name]["Condition"] for name in ("TelephonyChimeFunction", "ChimeInvokes")} == {
        "HasChime"
    }
    policies = {found["Bucket"]["Ref"]: found["PolicyDocument"] for found in of_type("AWS::S3::BucketPolicy").values()}
    assert {name: len(one["Statement"]) for name, one in policies.items()} == {
        "RecordingsBucket": 1,
        "CampaignsBucket": 2,
    }
    condition, allowed, otherwise = policies["CampaignsBucket"]["Statement"][1]["Fn::If"]
    assert (condition, otherwise) == ("HasChime", {"Ref": "AWS::NoValue"})
    assert (allowed["Principal"], allowed["Action"]) == (SERVICE, "s3:GetObject")
    assert allowed["Resource"]["Fn::Sub"].endswith("/audio/*")
    assert allowed["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Sub"].endswith("sma/${ChimeApplication}")
    (permission,) = (one for one in of_type("AWS::Lambda::Permission").values() if "SourceAccount" in one)
    assert permission["Principal"] == SERVICE["Service"]


def test_the_alarm_topic_is_encrypted(of_type: OfType) -> None:
    """Alarms are encrypted at rest, under a key that CloudWatch may use."""
    topics = of_type("AWS::SNS::Topic")
    assert topics["AlarmTopic"]["KmsMasterKeyId"] == {"Ref": "AlarmKey"}
    assert all(topic["KmsMasterKeyId"] for topic in topics.values())


def test_secrets_are_made_on_deployment(of_type: OfType) -> None:
    """No secret stands in the template: each is made at random, at least forty letters and digits long."""
    for secret in of_type("AWS::SecretsManager::Secret").values():
        assert "SecretString" not in secret
        assert secret["GenerateSecretString"]["PasswordLength"] >= 40
        assert secret["GenerateSecretString"]["ExcludePunctuation"]


def test_a_firewall_stands_before_the_gateway_where_the_operator_asks_for_one(of_type: OfType) -> None:
    """Off by default; its one rule bounds the requests of an address, and lets all others through."""
    parameters = load_template()["Parameters"]
    assert parameters["FirewallRate"]["Default"] == 0
    (wall,) = of_type("AWS::WAFv2::WebACL").values()
    (rule,) = wall["Rules"]
    assert (wall["DefaultAction"], rule["Action"]) == ({"Allow": {}}, {"Block": {}})
    assert rule["Statement"]["RateBasedStatement"]["AggregateKeyType"] == "IP"
    (at,) = of_type("AWS::WAFv2::WebACLAssociation").values()
    assert "/stages/" in str(at["ResourceArn"])
    resources = load_template()["Resources"]
    assert {resources[name]["Condition"] for name in ("Firewall", "FirewallOfApi")} == {"HasFirewall"}
