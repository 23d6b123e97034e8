"""OAuth grants: given, renewed by one worker at a time, lost and given again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from switchboard.crm.oauth.authorise import AuthoriseConnector
from switchboard.crm.oauth.decide import LEASE, MARGIN, PAUSE, NextStep, next_step
from switchboard.crm.oauth.model import GrantState, NotAuthorised, OAuthGrant
from switchboard.crm.oauth.seal import GrantSecrets
from switchboard.crm.oauth.tokens import AccessTokens
from switchboard.dialects.oauth_roles import GrantRefused
from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest, not_understood, refusal_of
from switchboard.errors import Busy, Conflict, Invalid, ProviderSilent, Refused, TryAgain
from switchboard.kernel.communication import Connector
from switchboard.kernel.oauth import OAuthApplication, TokenPair
from switchboard.subscriptions.credentials import CredentialOpener
from tests.fakes.oauth import MemoryOAuthGrants
from tests.fakes.vault import MemoryVault
from tests.support.builders import NOON

APPLICATION = OAuthApplication("id-1", "secret-1", "https://hub.example/")
CONNECTOR = Connector("acme", "7", "shop", "Shop", "https://shop.example", "shop", "sealed", NOON)


class TokenServer:
    """A token server in memory, and the role `oauth` of its CRM. A refresh token is good for one use."""

    def __init__(self) -> None:
        self.codes, self.refresh_tokens, self.given = {"code-1"}, set[str](), 0
        self.asked: list[tuple[str, Any]] = []
        self.before: Callable[[], None] = lambda: None  # runs while a request is under way
        self.lasts: int | None = 3600
        self.renewable = True

    def token_server(self, base_url: str) -> str:
        return base_url

    def by_code(self, application: OAuthApplication, code: str) -> VendorRequest:
        return VendorRequest("POST", ("/token",), json={"secret": application.client_secret, "code": code})

    def by_refresh_token(self, application: OAuthApplication, refresh_token: str) -> VendorRequest:
        return VendorRequest("POST", ("/token",), json={"secret": application.client_secret, "refresh": refresh_token})

    def pair_in(self, answer: VendorAnswer) -> TokenPair:
        if answer.status == 400:
            raise GrantRefused("The CRM took the grant back.")
        if answer.status != 200:
            raise refusal_of(answer)
        if not isinstance(answer.body, dict):
            raise not_understood()
        return TokenPair(**answer.body)

    def at(self, address: str) -> Callable[[VendorRequest], VendorAnswer]:
        def send(question: VendorRequest) -> VendorAnswer:
            body: Any = question.json
            self.asked.append((address, body))
            self.before()
            return self.answer(body)

        return send

    def answer(self, body: Any) -> VendorAnswer:
        known = self.codes if "code" in body else self.refresh_tokens
        shown = body.get("code") or body.get("refresh")
        if body["secret"] != APPLICATION.client_secret or shown not in known:
            return VendorAnswer(400)
        known.discard(shown)
        self.given += 1
        refresh = f"refresh-{self.given}" if self.renewable else ""
        self.refresh_tokens.add(refresh)
        return VendorAnswer(
            200, {"access_token": f"access-{self.given}", "refresh_token": refresh, "expires_in": self.lasts}
        )


class Desk:
    """The use cases over one store, a server and a clock."""

    def __init__(self) -> None:
        self.server, self.grants, self.now = TokenServer(), MemoryOAuthGrants(), NOON
        vault = MemoryVault()
        parts: Any = (
            self.grants,
            GrantSecrets(vault, CredentialOpener(vault)),
            self.server.at,
            lambda _: self.server,
            lambda: self.now,
        )
        self.tokens, self.authorise = AccessTokens(*parts), AuthoriseConnector(*parts)

    def give(self) -> None:
        self.authorise.register(CONNECTOR, APPLICATION)
        self.authorise.by_code(CONNECTOR, "code-1")

    def kept(self) -> OAuthGrant:
        found = self.grants.get("acme", "7")
        assert found
        return found

    def later(self, time: timedelta) -> None:
        self.now += time


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_step_follows_from_the_grant_the_time_and_the_refused_pair() -> None:
    """One table: who uses, renews, waits, gives up, and when a grant without a refresh token is lost."""
    held = OAuthGrant("acme", "7", "id", "s", "", "https://s.example", "a", "r", NOON + timedelta(hours=1), 3)
    last, leased = replace(held, refresh_token=""), replace(held, renewing_until=NOON + timedelta(hours=9))
    soon, over, endless = NOON + timedelta(hours=1) - MARGIN, NOON + timedelta(hours=1), replace(last, expires_at=None)
    cases: list[tuple[OAuthGrant | None, datetime, int, NextStep]] = [
        (None, NOON, 0, NextStep.GIVE_UP),
        (replace(held, access_token=""), NOON, 0, NextStep.GIVE_UP),
        (replace(held, lost_at=NOON), NOON, 0, NextStep.GIVE_UP),
        (held, NOON, 0, NextStep.USE),
        (held, NOON, 2, NextStep.USE),  # another worker has renewed the refused pair already
        (held, NOON, 3, NextStep.RENEW),
        (held, soon, 0, NextStep.RENEW),
        (leased, soon, 0, NextStep.USE),  # good for two minutes more
        (leased, over, 0, NextStep.WAIT),
        (leased, NOON, 3, NextStep.WAIT),
        (leased, NOON + timedelta(hours=9), 0, NextStep.RENEW),  # the worker with the lease died
        (last, soon, 0, NextStep.USE),
        (last, over, 0, NextStep.LOSE),
        (last, NOON, 3, NextStep.LOSE),
        (endless, NOON + timedelta(days=999), 0, NextStep.USE),
    ]
    assert [(grant, at, refused, next_step(grant, at, refused)) for grant, at, refused, _ in cases] == cases


def test_a_token_is_used_until_shortly_before_its_end_and_then_renewed_once(desk: Desk) -> None:
    """The new pair is stored; its refresh token serves the next renewal."""
    desk.give()
    assert [desk.tokens(CONNECTOR).text for _ in range(2)] == ["access-1", "access-1"]
    desk.later(timedelta(hours=1) - MARGIN)
    assert [desk.tokens(CONNECTOR).text for _ in range(2)] == ["access-2", "access-2"]
    desk.later(timedelta(hours=2))
    token = desk.tokens(CONNECTOR)
    assert (token.text, token.pair, token.endpoint) == ("access-3", 3, CONNECTOR.base_url)
    assert [address for address, _ in desk.server.asked] == [CONNECTOR.base_url] * 3


def test_a_refused_token_is_renewed_once_by_all_who_were_refused(desk: Desk) -> None:
    """The second worker gets the pair that the first worker stored."""
    desk.give()
    old = desk.tokens(CONNECTOR)
    assert [desk.tokens(CONNECTOR, refused=old).text for _ in range(3)] == ["access-2"] * 3
    assert desk.server.given == 2


def test_while_one_worker_renews_the_others_wait_or_use_what_still_serves(desk: Desk) -> None:
    """Nobody shows the refresh token a second time."""
    desk.give()
    old, seen = desk.tokens(CONNECTOR), list[str]()

    def look() -> None:
        desk.server.before = lambda: None
        seen.append(desk.tokens(CONNECTOR).text)
        with pytest.raises(TryAgain):
            desk.tokens(CONNECTOR, refused=old)

    desk.server.before = look
    assert desk.tokens(CONNECTOR, refused=old).text == "access-2"
    assert (seen, desk.server.given) == (["access-1"], 2)


def test_a_crash_after_the_answer_is_lost_only_when_the_server_says_so(desk: Desk) -> None:
    """Until the lease is over the others wait; then the used refresh token is refused, and the owner is asked."""
    desk.give()
    old, save, saves = desk.tokens(CONNECTOR), desk.grants.save, list[OAuthGrant]()

    def die_at_the_second(grant: OAuthGrant) -> OAuthGrant:
        saves.append(grant)
        if len(saves) == 2:
            raise Busy("The table is busy.")
        return save(grant)

    desk.grants.save = die_at_the_second  # type: ignore[method-assign]
    with pytest.raises(Busy):
        desk.tokens(CONNECTOR, refused=old)
    assert desk.kept().state is GrantState.AUTHORISED
    with pytest.raises(TryAgain):
        desk.tokens(CONNECTOR, refused=old)
    desk.later(LEASE)
    with pytest.raises(NotAuthorised):
        desk.tokens(CONNECTOR, refused=old)
    assert (desk.kept().state, desk.server.given) == (GrantState.LOST, 2)


def test_a_pair_that_comes_after_the_lease_is_still_the_best(desk: Desk) -> None:
    """Another worker took the lease over and was refused: the pair of the slow answer is stored all the same."""
    desk.give()
    old = desk.tokens(CONNECTOR)

    def overtaken() -> None:
        desk.server.before = lambda: None
        desk.grants.save(replace(desk.kept(), lost_at=desk.now, renewing_until=None))

    desk.server.before = overtaken
    assert desk.tokens(CONNECTOR, refused=old).text == "access-2"
    assert desk.kept().state is GrantState.AUTHORISED


def test_a_pair_that_comes_after_a_newer_one_is_dropped(desk: Desk) -> None:
    """The owner authorised again while the old pair was renewed."""
    desk.give()
    old = desk.tokens(CONNECTOR)

    def authorised_again() -> None:
        desk.server.before = lambda: None
        desk.authorise.keep(CONNECTOR, TokenPair("by-hand", "refresh-by-hand", 3600))

    desk.server.before = authorised_again
    assert desk.tokens(CONNECTOR, refused=old).text == "by-hand"


@pytest.mark.parametrize("failure", [VendorAnswer(503), VendorAnswer(429), VendorAnswer(200, ["?"]), ProviderSilent])
def test_a_failing_token_server_loses_nothing(desk: Desk, failure: Any) -> None:
    """The next worker waits a little, and asks again with the same refresh token."""
    desk.give()
    old, answer = desk.tokens(CONNECTOR), desk.server.answer

    def fail(_: Any) -> VendorAnswer:
        if isinstance(failure, VendorAnswer):
            return failure
        raise failure("The other system did not answer.")

    desk.server.answer = fail  # type: ignore[method-assign]
    for _ in range(2):
        with pytest.raises(TryAgain):
            desk.tokens(CONNECTOR, refused=old)
    assert (len(desk.server.asked), bool(desk.kept().trouble), desk.kept().state) == (2, True, GrantState.AUTHORISED)
    desk.server.answer = answer  # type: ignore[method-assign]
    desk.later(PAUSE)
    assert (desk.tokens(CONNECTOR, refused=old).text, desk.kept().trouble) == ("access-2", "")


def test_a_lost_grant_is_authorised_again_by_a_new_code(desk: Desk) -> None:
    """Nobody asks the server in between."""
    desk.give()
    desk.server.refresh_tokens.clear()
    desk.later(timedelta(hours=1))
    for _ in range(2):
        with pytest.raises(NotAuthorised):
            desk.tokens(CONNECTOR)
    assert len(desk.server.asked) == 2
    desk.server.codes = {"code-2"}
    assert desk.authorise.by_code(CONNECTOR, "code-2").state is GrantState.AUTHORISED
    assert desk.tokens(CONNECTOR).text == "access-2"


def test_a_token_without_a_refresh_token_ends_by_its_time_or_by_a_refusal(desk: Desk) -> None:
    """A long-lived token is used to its end, and then the owner is asked."""
    for refused in (True, False):
        desk.authorise.register(CONNECTOR, APPLICATION)
        desk.authorise.keep(CONNECTOR, TokenPair("long", expires_in=60))
        token = desk.tokens(CONNECTOR)
        desk.later(timedelta(seconds=0 if refused else 60))
        with pytest.raises(NotAuthorised):
            desk.tokens(CONNECTOR, refused=token if refused else None)
        assert (desk.kept().state, desk.server.asked) == (GrantState.LOST, [])


def test_an_application_is_needed_first_and_its_secret_goes_to_no_other_address(desk: Desk) -> None:
    """Another application, or the same at another address, needs its secret, and ends the tokens."""
    for early in (lambda: desk.authorise.by_code(CONNECTOR, "code-1"), lambda: desk.authorise.keep(CONNECTOR, PAIR)):
        with pytest.raises(Conflict):
            early()
    desk.give()
    known = replace(APPLICATION, client_secret="")
    assert desk.authorise.register(CONNECTOR, known).state is GrantState.AUTHORISED
    moved = replace(CONNECTOR, base_url="https://other.example")
    for connector, application in ((moved, known), (CONNECTOR, replace(known, client_id="id-2"))):
        with pytest.raises(Invalid):
            desk.authorise.register(connector, application)
    assert desk.tokens(moved).endpoint == CONNECTOR.base_url
    assert desk.authorise.register(moved, APPLICATION).state is GrantState.WAITING


def test_a_bad_code_changes_nothing(desk: Desk) -> None:
    """The grant of before stays."""
    desk.give()
    with pytest.raises(GrantRefused):
        desk.authorise.by_code(CONNECTOR, "code-1")
    with pytest.raises(Refused):
        desk.authorise.keep(CONNECTOR, TokenPair("a" * 5000))
    assert desk.tokens(CONNECTOR).text == "access-1"


def test_nothing_that_is_stored_or_printed_shows_a_secret(desk: Desk) -> None:
    """Tokens and secrets are sealed in the row, and left out of the texts of objects."""
    desk.give()
    told = repr([desk.kept(), desk.tokens(CONNECTOR), APPLICATION, TokenPair("access-1", "refresh-1")])
    assert [word for word in ("access-1", "refresh-1", "secret-1") if word in told] == []


def test_a_forgotten_grant_is_not_brought_back_by_a_renewal(desk: Desk) -> None:
    """The connector was removed while its token was renewed."""
    desk.give()
    old = desk.tokens(CONNECTOR)
    desk.server.before = lambda: desk.authorise.withdraw(CONNECTOR)
    with pytest.raises(NotAuthorised):
        desk.tokens(CONNECTOR, refused=old)
    assert desk.grants.get("acme", "7") is None


PAIR = TokenPair("access", "refresh", 3600)
