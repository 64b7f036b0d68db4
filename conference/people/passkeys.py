"""Passkeys (WebAuthn): what a browser is asked, and whether its answer is sound. The library is loaded when first needed.

Browsers do this on https and on localhost alone, and only for a name: an address of figures has none.
"""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

LONGEST_ANSWER = 20_000


class Unsound(Exception):
    """An answer that proves nothing."""


@dataclass(frozen=True)
class Passkey:
    """As it is kept: its id and public key in base64url."""

    id: str
    key: str

    def as_text(self) -> str:
        return json.dumps({"id": self.id, "key": self.key})

    @classmethod
    def of(cls, text: str) -> "Passkey":
        return cls(**json.loads(text))


def work_at(base_url: str) -> bool:
    """Whether browsers let a site at this address use passkeys."""
    place = urlsplit(base_url)
    host = place.hostname or ""
    local = host == "localhost" or host.endswith(".localhost")
    return (place.scheme == "https" or local) and not re.fullmatch(r"[0-9.]+|.*:.*", host)


def new_challenge() -> str:
    from webauthn.helpers import bytes_to_base64url, generate_challenge

    return bytes_to_base64url(generate_challenge())


def to_make(base_url: str, challenge: str, person_id: UUID, name: str, known: list[Passkey]) -> str:
    """What a browser is asked for a new passkey, as JSON; ``name`` is shown on the device, to its owner."""
    import webauthn
    from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement, UserVerificationRequirement

    return webauthn.options_to_json(
        webauthn.generate_registration_options(
            rp_id=_host(base_url), rp_name=_host(base_url), user_name=name, user_id=person_id.bytes, challenge=_bytes(challenge), exclude_credentials=_named(known),
            authenticator_selection=AuthenticatorSelectionCriteria(resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED),
        )
    )  # fmt: skip


def to_show(base_url: str, challenge: str, known: list[Passkey]) -> str:
    """What a browser is asked to prove with one of these passkeys, as JSON."""
    import webauthn

    return webauthn.options_to_json(webauthn.generate_authentication_options(rp_id=_host(base_url), challenge=_bytes(challenge), allow_credentials=_named(known)))


def made(base_url: str, challenge: str, answer: str) -> tuple[Passkey, int]:
    """The new passkey in a browser's answer, and its counter. Raises Unsound."""
    import webauthn

    found = _checked(webauthn.verify_registration_response, credential=_read(answer), expected_challenge=_bytes(challenge), **_expected(base_url))
    return Passkey(_text(found.credential_id), _text(found.credential_public_key)), found.sign_count


def shown(base_url: str, challenge: str, answer: str, passkey: Passkey, counter: int) -> int:
    """The counter of a passkey after it has proved itself. Raises Unsound, also for one that does not go up."""
    import webauthn

    found = _checked(
        webauthn.verify_authentication_response, credential=_read(answer), expected_challenge=_bytes(challenge), credential_public_key=_bytes(passkey.key),
        credential_current_sign_count=counter, **_expected(base_url),
    )  # fmt: skip
    return found.new_sign_count


def id_in(answer: str) -> str:
    """Which passkey an answer says it is of, which proves nothing yet. Raises Unsound."""
    return str(_read(answer).get("id", ""))


def _checked(verify: Any, **facts: Any) -> Any:
    """The library's own checks. It also fails in ways it does not name on answers that were tampered with."""
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        return verify(**facts)
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError, EOFError, OverflowError) as error:
        raise Unsound() from error


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise Unsound()
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise Unsound() from error
    if not isinstance(found, dict):
        raise Unsound()
    return found


def _expected(base_url: str) -> dict[str, str]:
    return {"expected_rp_id": _host(base_url), "expected_origin": base_url}


def _host(base_url: str) -> str:
    return urlsplit(base_url).hostname or ""


def _named(known: list[Passkey]) -> list[Any]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=_bytes(one.id)) for one in known]


def _bytes(text: str) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    return base64url_to_bytes(text)


def _text(raw: bytes) -> str:
    from webauthn.helpers import bytes_to_base64url

    return bytes_to_base64url(raw)
