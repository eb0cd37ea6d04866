"""From credentials to what they grant."""

from __future__ import annotations

from collections.abc import Callable

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.client_ids import ANY_CLIENT
from aitransport_notebook.hub.auth.credentials import Credentials
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.auth.jwt import is_jwt, verify_jwt
from aitransport_notebook.hub.auth.keys import FindKey, HasApp, no_app, unknown_key
from aitransport_notebook.hub.auth.tokens import verify_token

MAX_TOKEN_LENGTH = 128 * 1024


def never_revoked(grant: Grant) -> bool:
    return False


class Authenticator:
    """Decides who is asking. It knows only what its finders tell it, and remembers nothing."""

    def __init__(
        self,
        find_key: FindKey,
        revoked: Callable[[Grant], bool] = never_revoked,
        *,
        has_app: HasApp = no_app,
    ) -> None:
        self._find_key = find_key
        self._revoked = revoked
        self._has_app = has_app

    def authenticate(
        self, credentials: Credentials, now: int, claimed_client_id: str | None = None
    ) -> Grant:
        """Return what the credentials grant to one who goes by that client id, or raise."""
        match credentials.kind:
            case "basic":
                grant = self._by_key(credentials.value)
            case "bearer":
                grant = self._by_token(credentials.value, now)
            case "none":
                raise _refused("no credentials", "Send an API key or a token.")
        return grant.identified_as(claimed_client_id)

    def _by_key(self, text: str) -> Grant:
        name, _, secret = text.partition(":")
        key = self._find_key(name)
        if key is not None and key.has_secret(secret):
            return Grant(key.app_id, key.name, key.capability, client_id=ANY_CLIENT)
        # A key that is not even one of a known app gets no more than a wrong secret does.
        if key is None and self._has_app(name.partition(".")[0]):
            raise unknown_key(name, self._has_app)
        raise _refused("invalid key", "Copy the whole key: appId.keyId:secret.")

    def _by_token(self, text: str, now: int) -> Grant:
        if len(text) > MAX_TOKEN_LENGTH:
            raise _refused("the token is too long", "Grant patterns instead of many channels.")
        if is_jwt(text):
            grant = verify_jwt(text, self._find_key, now, has_app=self._has_app)
        else:
            grant = verify_token(text, self._find_key, now)
        if self._revoked(grant):
            raise error_for(40141, "token revoked", hint="Get a new token.")
        return grant


def _refused(problem: str, hint: str) -> AITransportError:
    return error_for(40101, f"not authorized: {problem}", hint=hint)
