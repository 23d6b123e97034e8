"""What each route of the hub's own API takes and answers."""

from __future__ import annotations

from typing import Any

from local.api.model import JSON, Content, Operation, Part, gone, ok
from switchboard.accounts.audit.contracts import AuditQuery
from switchboard.accounts.contracts import ExtensionBody, NewAddressBody, SourceBody, TokenBody
from switchboard.accounts.operators.contracts import OperatorBody
from switchboard.accounts.terms.contracts import AccountBody, AccountChangeBody
from switchboard.accounts.upstream.contracts import CheckBody, ConnectBody, DisconnectBody
from switchboard.calls.contracts import CallQuery
from switchboard.campaigns.contracts import CampaignLimitsBody
from switchboard.campaigns.restrictions.contracts import EntriesBody, RestrictionBody
from switchboard.crm.contracts import ConnectorBody, ConnectorChange
from switchboard.crm.oauth.contracts import AuthorisationBody
from switchboard.deliveries.contracts import DeliveryQuery, ReceiverLimitsBody
from switchboard.deliveries.explain.contracts import ExplainQuery
from switchboard.deliveries.replays.contracts import ReplayBody
from switchboard.erasures.contracts import NumberErasureBody
from switchboard.recordings.contracts import RecordingQuery
from switchboard.routing.contracts import RoutingBody
from switchboard.subscriptions.contracts import DestinationBody, DestinationChangeBody, SubscriptionChange
from switchboard.telephony.contracts import CallBody, RedirectBody, TelephonyBody
from switchboard_client.answers import accounts, calling, calls, deliveries, sources

ACCOUNT = ("account",)
TRUTH: dict[str, Any] = {"type": "string", "enum": ["true", "false"]}
TABLES = {
    "skipInvalid": {**TRUTH, "description": "`true` leaves wrong rows out."},
    "encoding": {"type": "string", "description": "The character encoding of a table; by default the hub detects it."},
    "columns": {"type": "string", "description": "The columns of a table in order, if the table has no headings."},
    "sheet": {"type": "string", "description": "The sheet of a workbook."},
}
TEXT = {"type": "string"}
MEDIA_OF_TABLES = (
    "text/csv",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
)
TABLE = tuple(Content(media) for media in MEDIA_OF_TABLES)

PEOPLE: dict[str, Operation] = {
    "GET /admin/accounts": ok(accounts.AccountPage),
    "POST /admin/accounts": Operation({201: accounts.Account}, body=AccountBody, refusals=(409,)),
    "GET /admin/accounts/{account}": ok(accounts.AccountShown),
    "PATCH /admin/accounts/{account}": ok(accounts.Account, body=Part(AccountChangeBody), refusals=(409,)),
    "DELETE /admin/accounts/{account}": Operation({202: accounts.Erasure}, query=({"dry_run": TRUTH},)),
    "POST /admin/accounts/{account}/erase": Operation({202: accounts.Erasure}, body=NumberErasureBody),
    "GET /admin/erasures": ok(accounts.ErasurePage),
    "GET /admin/erasures/{erasure}": ok(accounts.Erasure),
    "GET /admin/operators": ok(accounts.OperatorPage),
    "POST /admin/operators": Operation({201: accounts.OperatorMade}, body=OperatorBody, refusals=(409,)),
    "GET /admin/operators/{operator}": ok(accounts.Operator),
    "DELETE /admin/operators/{operator}": gone(refusals=(409,)),
    "POST /admin/operators/{operator}/enable": ok(accounts.Operator, refusals=(409,)),
    "GET /admin/audit": ok(
        (accounts.AuditPage, Content("application/x-ndjson", TEXT), Content("text/csv", TEXT)),
        query=(AuditQuery, {"format": {"type": "string", "enum": ["json", "jsonl", "csv"], "default": "json"}}),
    ),
    "GET /admin/tokens": ok(accounts.TokenPage, needed=ACCOUNT),
    "POST /admin/tokens": Operation({201: accounts.TokenMade}, body=TokenBody, refusals=(409,)),
    "DELETE /admin/tokens/{token}": gone(),
    "GET /admin/extensions": ok(accounts.ExtensionPage, needed=ACCOUNT),
    "POST /admin/extensions": Operation({201: accounts.Extension}, body=ExtensionBody, refusals=(409,)),
    "DELETE /admin/extensions/{number}": gone(needed=ACCOUNT),
}
PBXS: dict[str, Operation] = {
    "GET /admin/sources": ok(sources.SourcePage, needed=ACCOUNT, query=({"activity": TRUTH},)),
    "POST /admin/sources": Operation({201: sources.SourceMade}, body=SourceBody, refusals=(409,)),
    "GET /admin/sources/{source}": ok(sources.SourceShown),
    "PATCH /admin/sources/{source}": ok(
        sources.SourceMade, body=Part(SourceBody, {"new_address": NewAddressBody}), refusals=(409,)
    ),
    "DELETE /admin/sources/{source}": gone(refusals=(409,)),
    "GET /admin/sources/{source}/events": ok(sources.SourceEvents),
    "GET /admin/sources/{source}/refused": ok(sources.RefusedPage),
    "POST /admin/sources/{source}/connect": ok(sources.SourceConnected, body=ConnectBody, refusals=(409, 502, 504)),
    "POST /admin/sources/{source}/check": ok(
        sources.SourceChecked, body=CheckBody, optional=True, refusals=(409, 502, 504)
    ),
    "POST /admin/sources/{source}/disconnect": gone(body=DisconnectBody, optional=True, refusals=(409, 502, 504)),
    "GET /admin/accounts/{account}/routing": ok(calling.Routing),
    "PUT /admin/accounts/{account}/routing": ok(calling.Routing, body=RoutingBody),
    "DELETE /admin/accounts/{account}/routing": gone(),
    "GET /admin/accounts/{account}/telephony": ok(calling.Telephony),
    "PUT /admin/accounts/{account}/telephony": ok(calling.Telephony, body=TelephonyBody, refusals=(409, 502, 504)),
    "DELETE /admin/accounts/{account}/telephony": gone(refusals=(409,)),
    "POST /admin/accounts/{account}/telephony/check": ok(calling.TelephonyHealth),
    "GET /admin/connectors": ok(sources.ConnectorPage, needed=ACCOUNT),
    "POST /admin/connectors": Operation({201: sources.Connector}, body=ConnectorBody, refusals=(409, 502, 504)),
    "GET /admin/connectors/{connector}": ok(sources.Connector, needed=ACCOUNT),
    "PATCH /admin/connectors/{connector}": ok(
        sources.Connector, body=Part(ConnectorChange), needed=ACCOUNT, refusals=(409, 502, 504)
    ),
    "DELETE /admin/connectors/{connector}": gone(needed=ACCOUNT),
    "GET /admin/connectors/{connector}/authorisation": ok(sources.Authorisation, needed=ACCOUNT, refusals=(409,)),
    "PUT /admin/connectors/{connector}/authorisation": ok(
        sources.Authorisation, body=AuthorisationBody, needed=ACCOUNT, refusals=(409, 502, 504)
    ),
}
CALLS: dict[str, Operation] = {
    "GET /admin/calls": ok(calls.CallPage, query=(CallQuery,)),
    "GET /admin/calls/{call}": ok(calls.CallFile),
    "GET /admin/explain": ok(calls.Explanation, needed=ACCOUNT, query=(ExplainQuery,)),
    "POST /admin/calls": Operation({202: calls.CommandAccepted}, body=CallBody, refusals=(409, 502, 504)),
    "POST /admin/calls/{call}/hangup": Operation({202: calls.CommandAccepted}, refusals=(409, 502, 504)),
    "POST /admin/calls/{call}/redirect": Operation(
        {202: calls.CommandAccepted}, body=RedirectBody, refusals=(409, 502, 504)
    ),
    "GET /admin/commands": ok(calls.CommandPage),
    "GET /admin/commands/{command}": ok(calls.Command),
    "GET /admin/recordings": ok(calls.RecordingPage, query=(RecordingQuery,)),
    "GET /admin/recordings/{recording}": ok(calls.Recording),
    "DELETE /admin/recordings/{recording}": gone(),
    "POST /admin/recordings/{recording}/retry": Operation({202: calls.Recording}, refusals=(409,)),
}
RECEIVERS: dict[str, Operation] = {
    "GET /admin/subscriptions": ok(deliveries.SubscriptionPage, needed=ACCOUNT),
    "PATCH /admin/subscriptions/{subscription}": ok(
        deliveries.Subscription, body=SubscriptionChange, needed=ACCOUNT, refusals=(409,)
    ),
    "POST /admin/subscriptions/{subscription}/secret": Operation(
        {201: deliveries.SubscriptionSigned}, needed=ACCOUNT, refusals=(409,)
    ),
    "GET /admin/destinations": ok(deliveries.DestinationPage, needed=ACCOUNT),
    "POST /admin/destinations": Operation({201: deliveries.DestinationMade}, body=DestinationBody, refusals=(409,)),
    "GET /admin/destinations/{destination}": ok(deliveries.Destination, needed=ACCOUNT),
    "PATCH /admin/destinations/{destination}": ok(
        deliveries.Destination, body=DestinationChangeBody, needed=ACCOUNT, refusals=(409,)
    ),
    "DELETE /admin/destinations/{destination}": gone(needed=ACCOUNT, refusals=(409,)),
    "POST /admin/destinations/{destination}/secret": Operation(
        {201: deliveries.DestinationSigned}, needed=ACCOUNT, refusals=(409,)
    ),
    "POST /admin/destinations/{destination}/test": Operation(
        {202: deliveries.TestSent}, needed=ACCOUNT, refusals=(409,)
    ),
    "GET /admin/deliveries": ok(deliveries.DeliveryPage, query=(DeliveryQuery,)),
    "POST /admin/deliveries/replay": Operation(
        {200: deliveries.ReplayCount, 202: deliveries.ReplayCount}, body=ReplayBody, refusals=(409,)
    ),
    "GET /admin/replays": ok(deliveries.ReplayPage),
    "GET /admin/replays/{replay}": ok(deliveries.Replay),
    "POST /admin/replays/{replay}/stop": ok(deliveries.Replay, refusals=(409,)),
    "GET /admin/deliveries/{delivery}": ok(deliveries.Delivery),
    "POST /admin/deliveries/{delivery}/replay": Operation({202: deliveries.Replayed}, refusals=(409,)),
    "GET /admin/endpoints": ok(deliveries.ReceiverPage, needed=ACCOUNT),
    "GET /admin/endpoints/{endpoint}": ok(deliveries.Receiver, needed=ACCOUNT),
    "PATCH /admin/endpoints/{endpoint}": ok(deliveries.Receiver, body=Part(ReceiverLimitsBody), needed=ACCOUNT),
    "POST /admin/endpoints/{endpoint}/try": Operation({202: deliveries.Receiver}, needed=ACCOUNT, refusals=(409,)),
    "POST /admin/endpoints/{endpoint}/pause": ok(deliveries.Receiver, needed=ACCOUNT),
    "POST /admin/endpoints/{endpoint}/resume": Operation({202: deliveries.Receiver}, needed=ACCOUNT),
    "GET /admin/accounts/{account}/campaigns": ok(calling.CampaignLimitsShown),
    "PUT /admin/accounts/{account}/campaigns": ok(calling.CampaignLimits, body=CampaignLimitsBody),
    "GET /admin/accounts/{account}/do-not-call": ok(calling.DoNotCallPage),
    "PUT /admin/accounts/{account}/do-not-call": ok(
        calling.DoNotCallAdded, body=(EntriesBody, *TABLE), query=(TABLES,)
    ),
    "GET /admin/accounts/{account}/do-not-call/{number}": ok(calling.DoNotCallEntry),
    "PUT /admin/accounts/{account}/do-not-call/{number}": ok(
        calling.DoNotCallEntry, body=RestrictionBody, optional=True
    ),
    "DELETE /admin/accounts/{account}/do-not-call/{number}": gone(),
}
HUB: dict[str, Operation] = {
    "GET /version": ok(accounts.Version),
    "GET /console": ok(Content("text/html", TEXT)),
    "GET /console/{build}/{file}": ok(
        (Content("text/javascript", TEXT), Content("text/css", TEXT), Content("text/plain", TEXT))
    ),
    "GET /openapi.json": ok(Content(JSON, {"type": "object"})),
    "GET /reference": ok(Content("text/html", TEXT)),
}
OPERATOR = {**PEOPLE, **PBXS, **CALLS, **RECEIVERS, **HUB}
