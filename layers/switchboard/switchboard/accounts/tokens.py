"""Issue, revoke and authenticate tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from switchboard.accounts.digests import digest_of, new_id, new_secret
from switchboard.accounts.model import Token
from switchboard.accounts.operators.model import AccountScope
from switchboard.accounts.ports import Accounts, Admit, Tokens, admit_all
from switchboard.accounts.states import staying_account
from switchboard.errors import Forbidden, Invalid, NotFound, Suspended, Unauthorized
from switchboard.kernel.remembered import Remembered

DEFAULT_LIFE = timedelta(days=365)
KEEP_SECONDS = 30  # a warm function may accept a revoked token for this long
REMEMBERED = 10_000
OWN_KIND = "account"


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A request for a new token of an account. `kind` names the API; without `expires_at` the token lives a year."""

    account: str
    kind: str
    name: str
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenForm:
    """The form of the tokens of one kind.

    `workspaces` says whether a token belongs to a workspace. `write` makes the text of a token; None means random text.
    `scopes` are the rights that a token of this kind may be limited to; with `is_scoped` a token names its scopes.
    `life` is the time until the end of a token whose request names no end.
    """

    workspaces: bool = False
    write: Callable[[Token], str] | None = None
    scopes: frozenset[str] = frozenset()
    is_scoped: bool = False
    life: timedelta = DEFAULT_LIFE


# The tokens of the kind `account`, for the hub's own API. `OWN_KIND` is the name of the kind.
OWN_FORM = TokenForm(scopes=frozenset(AccountScope), is_scoped=True, life=timedelta(days=365))


def issue_token(
    request: TokenRequest, forms: Mapping[str, TokenForm], accounts: Accounts, tokens: Tokens, now: datetime
) -> tuple[Token, str]:
    """Store a new token, and return the token and its text. The text is not stored.

    Raises Invalid for an unknown kind, NotFound for an unknown account, Conflict for one that is being deleted.
    """
    if request.kind not in forms:
        raise Invalid(f"The kind must be one of {', '.join(forms)}.", "kind")
    staying_account(request.account, accounts)
    form = forms[request.kind]
    if not form.scopes.issuperset(request.scopes):
        known = f"one of {', '.join(sorted(form.scopes))}" if form.scopes else "absent for this kind"
        raise Invalid(f"A scope must be {known}.", "scopes")
    if form.is_scoped and not request.scopes:
        raise Invalid(f"Name at least one scope of {', '.join(sorted(form.scopes))}.", "scopes")
    token = Token(
        id=new_id(),
        account=request.account,
        kind=request.kind,
        name=request.name,
        digest="",
        created_at=now,
        expires_at=request.expires_at or now + form.life,
        workspace=request.account if form.workspaces else "",
        scopes=request.scopes,
    )
    text = form.write(token) if form.write else new_secret()
    token = replace(token, digest=digest_of(text))
    tokens.add(token)
    return token, text


def revoke_token(token_id: str, account_ids: list[str], tokens: Tokens, now: datetime) -> Token:
    """Revoke a token for ever, and return it as it was. A second call changes nothing. Raises NotFound."""
    for account_id in account_ids:
        for token in tokens.of_account(account_id):
            if token.id == token_id:
                if token.revoked_at is None:
                    tokens.save(replace(token, revoked_at=now))
                return token
    raise NotFound("There is no such token.", "token")


def check_gift(request: TokenRequest, scopes: frozenset[str]) -> None:
    """Raise Forbidden if a token with these scopes of an account would issue a token that may do more.

    Tokens of vendors' APIs count as tokens with every scope.
    """
    wanted = frozenset(request.scopes) if request.kind == OWN_KIND else OWN_FORM.scopes
    if not scopes.issuperset(wanted):
        raise Forbidden("A token issues only tokens whose rights it has.", "scopes")


class Authenticator:
    """Finds the account of a token. A valid token is cached for 30 seconds."""

    def __init__(
        self, tokens: Tokens, clock: Callable[[], datetime], admit: Admit = admit_all, count: Admit = admit_all
    ) -> None:
        self._tokens, self._admit, self._count = tokens, admit, count
        self._clock = clock
        self._good: Remembered[str, Token] = Remembered(REMEMBERED, KEEP_SECONDS, timer=lambda: clock().timestamp())
        self._lock = Lock()  # streams are served side by side

    def account_of(self, text: str, kind: str) -> str:
        """Return the id of the account that the token belongs to. Raises Unauthorized like `token_of`."""
        return self.token_of(text, kind).account

    def token_of(self, text: str, kind: str) -> Token:
        """Return the token. Raises Unauthorized if it is unknown, of another kind, revoked or expired.

        Raises Suspended if the account is not served, and TooMany above its requests a second.
        """
        token = self._known(digest_of(text))
        if token is None or token.kind != kind:
            raise Unauthorized("The token is not known.")
        if token.revoked_at is not None:
            raise Unauthorized("The token has been revoked.")
        if token.expires_at <= self._clock():
            raise Unauthorized("The token has expired.")
        self._admit(token.account)
        self._count(token.account)
        return token

    def is_of_kind(self, text: str, kind: str) -> bool:
        """Whether the hub knows the token, good or not, as one of this kind."""
        token = self._known(digest_of(text))
        return token is not None and token.kind == kind

    def is_good(self, digest: str) -> bool:
        """Whether the token with this digest is neither revoked nor expired, and its account is served.

        A revocation and a suspension are seen within 30 seconds.
        """
        token = self._known(digest)
        if token is None or token.revoked_at is not None or token.expires_at <= self._clock():
            return False
        try:
            self._admit(token.account)
        except Suspended:
            return False
        return True

    def _known(self, digest: str) -> Token | None:
        """Return a token that was good a moment ago, else the token as of the last write."""
        with self._lock:
            known: Token | None = self._good.get(digest)
        if known is not None:
            return known
        found = self._tokens.by_digest(digest)
        if found is not None and found.revoked_at is None:
            with self._lock:
                self._good[digest] = found
        return found
