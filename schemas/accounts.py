"""Wire shapes of signing in and of enrolling a phone."""

from marshmallow import Schema, fields, validate

from schemas.base import Code, Strict, code, text
from schemas.vocabulary import ReplicaState, Role

RECOVERY = r"^[A-Za-z0-9+/]{43}=(?!\n)$"
SIGNATURE = r"^[A-Za-z0-9_-]{86}(?!\n)$"


class SignInIn(Strict):
    """Username and password; `replica` when this installation is already enrolled."""

    username = text(64)
    password = text(200)
    replica = code(36, required=False, load_default=None, allow_none=True)


class RefreshIn(Strict):
    """The replica that the session is bound to, or null on a desk."""

    replica = code(36, required=False, load_default=None, allow_none=True)


class MeOut(Schema):
    """The person who is signed in."""

    account = fields.String(required=True)
    person = fields.String(required=True)
    name = fields.String(required=True)
    username = fields.String(required=True)
    roles = fields.List(Code(Role), required=True)
    region = fields.String(required=True)
    region_name = fields.String(required=True)
    body = fields.String(required=True)
    body_name = fields.String(required=True)


class LeaseOut(Schema):
    """How long this phone may take in new work without hearing from the server; what is on it stays after that."""

    not_after = fields.DateTime(required=True)


class SessionOut(Schema):
    """An access token for ten minutes; the refresh token travels in an HttpOnly cookie. `lease` on enrolled phones."""

    access = fields.String(required=True)
    expires_at = fields.DateTime(required=True)
    me = fields.Nested(MeOut, required=True)
    lease = fields.Nested(LeaseOut, required=True, allow_none=True)


class ReplicaIn(Strict):
    """A new installation with its public key (P-256, SubjectPublicKeyInfo, base64).

    `code` is the one-time enrolment code; `recovery` 32 random bytes in base64 that open the phone's vault when its
    PIN is forgotten; `voucher` the signature over `suicha replica <id> <public_key>` by the enrolled replica that it
    follows on after a fork, which needs no code.
    """

    id = code(36)
    public_key = fields.String(required=True, validate=validate.Regexp(r"^[A-Za-z0-9+/=]{100,200}(?!\n)$"))
    label = text(80)
    code = text(40, required=False, load_default=None, allow_none=True)
    recovery = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(RECOVERY))
    voucher = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(SIGNATURE))


class ReplicaOut(Schema):
    """An enrolled installation."""

    id = fields.String(required=True)
    label = fields.String(required=True)
    state = Code(ReplicaState, required=True)
    enrolled_at = fields.DateTime(required=True)


class RecoveryIn(Strict):
    """The password of the phone's owner."""

    password = text(200)


class RecoveryOut(Schema):
    """What the phone handed in when it was enrolled."""

    recovery = fields.String(required=True)
