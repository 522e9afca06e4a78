"""Wire shapes of the phones that a body's inspectors work with: codes that enrol them, the list, the lost phone."""

from marshmallow import Schema, fields, validate

from schemas.base import Code, Strict, code, text
from schemas.vocabulary import InspectionState, ReplicaState


class EnrolmentCodeIn(Strict):
    """The account that the code is for."""

    account = code(36)


class EnrolmentCodeOut(Schema):
    """A one-time enrolment code, told this once; `url` is a path of this site."""

    code = fields.String(required=True)
    url = fields.String(required=True)
    expires_at = fields.DateTime(required=True)
    account = fields.String(required=True)
    person = fields.String(required=True)
    person_name = fields.String(required=True)


class HolderOut(Schema):
    """An inspector's account, for which a phone can be enrolled."""

    account = fields.String(required=True)
    username = fields.String(required=True)
    person = fields.String(required=True)
    person_name = fields.String(required=True)
    body_name = fields.String(required=True)
    active_devices = fields.Integer(required=True)


class HolderListOut(Schema):
    """The inspectors' accounts in one's jurisdiction, by name; `open` when a password alone enrols a phone."""

    items = fields.List(fields.Nested(HolderOut), required=True)
    open = fields.Boolean(required=True)


class DeviceQueryIn(Strict):
    """Which phones to list: part of a person's name or of the label, one person's, in one state."""

    q = text(100, minimum=0, required=False, load_default="")
    person = code(36, required=False, load_default=None)
    state = Code(ReplicaState, load_default=None)
    cursor = text(100, required=False, load_default=None)
    limit = fields.Integer(validate=validate.Range(1, 200), load_default=50)


class DeviceOut(Schema):
    """An installation of the phone app.

    `in_hand`: inspections that its person has yet to submit; `unfinished`: records with work from this phone that are
    not published yet; `recoverable`: it has a vault under a PIN, and handed in what opens it.
    """

    id = fields.String(required=True)
    label = fields.String(required=True)
    person = fields.String(required=True)
    person_name = fields.String(required=True)
    username = fields.String(required=True)
    body = fields.String(required=True)
    body_name = fields.String(required=True)
    state = Code(ReplicaState, required=True)
    enrolled_at = fields.DateTime(required=True)
    last_seen_at = fields.DateTime(required=True, allow_none=True)
    revoked_at = fields.DateTime(required=True, allow_none=True)
    revoked_by_name = fields.String(required=True, allow_none=True)
    revoked_reason = fields.String(required=True, allow_none=True)
    lost = fields.Boolean(required=True)
    recoverable = fields.Boolean(required=True)
    in_hand = fields.Integer(required=True)
    unfinished = fields.Integer(required=True)


class DeviceListOut(Schema):
    """One page of phones, the one heard of last on top; `total` counts those of all pages."""

    items = fields.List(fields.Nested(DeviceOut), required=True)
    next = fields.String(required=True, allow_none=True)
    total = fields.Integer(required=True)


class CarriedOut(Schema):
    """An inspection that is, or may be, on a phone, as far as the server can know.

    `operations` and `last_received_at`: what this phone has sent of it; `held`: of these, what waits for a decision;
    `files_missing`: photos that it named and has not sent; `unsubmitted`: begun, and still with its inspectors.
    """

    inspection = fields.String(required=True)
    task_name = fields.String(required=True)
    object_code = fields.String(required=True)
    object_name = fields.String(required=True)
    state = Code(InspectionState, required=True)
    due_on = fields.Date(required=True)
    operations = fields.Integer(required=True)
    held = fields.Integer(required=True)
    files = fields.Integer(required=True)
    files_missing = fields.Integer(required=True)
    last_received_at = fields.DateTime(required=True, allow_none=True)
    unsubmitted = fields.Boolean(required=True)


class DeviceStepOut(Schema):
    """Something done to a phone."""

    at = fields.DateTime(required=True)
    person_name = fields.String(required=True)
    action = fields.String(required=True)


class DeviceDetailOut(DeviceOut):
    """A phone with what was on it, for whoever has to judge a loss.

    `sessions`: sign-ins on it that still live; `other_devices`: its person's other active phones; `elsewhere`: how many
    inspections it may carry besides that lie outside the reader's jurisdiction.
    """

    sessions = fields.Integer(required=True)
    other_devices = fields.Integer(required=True)
    carried = fields.List(fields.Nested(CarriedOut), required=True)
    elsewhere = fields.Integer(required=True)
    steps = fields.List(fields.Nested(DeviceStepOut), required=True)


class RevokeIn(Strict):
    """Why the phone may no longer be used, and whether it is out of its owner's hands."""

    reason = text(200)
    lost = fields.Boolean(required=True)
