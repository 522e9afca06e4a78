"""Wire shapes of the inspector directory, the expert pool and recusals."""

from marshmallow import Schema, fields, validate

from schemas.base import Code, Strict, text
from schemas.base import code as code_field
from schemas.entries import REGION, ROW_VERSION, ChangeOut, texts
from schemas.vocabulary import CertificateState, ExpertStatus, InspectorStatus, RecusalSource


class RecusalOut(Schema):
    """An inspector who keeps away from an object 回避."""

    id = fields.String(required=True)
    inspector = fields.String(required=True)
    inspector_name = fields.String(required=True)
    object = fields.String(required=True)
    object_name = fields.String(required=True)
    reason = fields.String(required=True)
    raised_by = Code(RecusalSource, required=True)
    created_at = fields.DateTime(required=True)
    withdrawn_at = fields.DateTime(required=True, allow_none=True)
    withdrawn_because = fields.String(required=True, allow_none=True)


class InspectorQueryIn(Strict):
    """Which inspectors to list: part of a name, department, code or certificate, region subtree, status."""

    q = text(100, minimum=0, required=False, load_default="")
    region = fields.String(validate=REGION, load_default=None)
    status = Code(InspectorStatus, load_default=None)
    certificate = Code(CertificateState, load_default=None)


class InspectorFieldsIn(Strict):
    """What an entry of the inspector directory may say beside what it must."""

    maintained_by = code_field(40, required=False)
    department = text(100, minimum=0, required=False)
    qualifications = texts()
    specialities = texts()
    phone = text(40, minimum=0, required=False)
    status = Code(InspectorStatus)


class InspectorIn(InspectorFieldsIn):
    """A new inspector 执法检查人员."""

    code = code_field()
    name = text(100)
    region = fields.String(required=True, validate=REGION)
    certificate_no = text(64)
    certificate_expires_on = fields.Date(required=True)


class InspectorChangeIn(InspectorFieldsIn):
    """Some fields of an inspector; `row_version` is that of the entry which was read."""

    name = text(100, required=False)
    region = fields.String(validate=REGION)
    certificate_no = text(64, required=False)
    certificate_expires_on = fields.Date()
    reason = text(500, minimum=0, required=False)
    row_version = fields.Integer(required=True, validate=ROW_VERSION)


class InspectorOut(Schema):
    """An inspector 执法检查人员 with certificate and qualifications; `mine` if the reader maintains the entry."""

    code = fields.String(required=True)
    person = fields.String(required=True)
    name = fields.String(required=True)
    region = fields.String(required=True)
    region_name = fields.String(required=True)
    maintained_by = fields.String(required=True)
    maintained_by_name = fields.String(required=True)
    department = fields.String(required=True)
    certificate_no = fields.String(required=True)
    certificate_expires_on = fields.Date(required=True)
    certificate_state = Code(CertificateState, required=True)
    qualifications = fields.List(fields.String(), required=True)
    specialities = fields.List(fields.String(), required=True)
    phone = fields.String(required=True)
    status = Code(InspectorStatus, required=True)
    mine = fields.Boolean(required=True)
    row_version = fields.Integer(required=True)


class InspectorListOut(Schema):
    """Inspectors in order of code."""

    items = fields.List(fields.Nested(InspectorOut), required=True)
    next = fields.String(required=True, allow_none=True)


class InspectorDetailOut(InspectorOut):
    """One inspector with the history, newest first."""

    changes = fields.List(fields.Nested(ChangeOut), required=True)


class ExpertQueryIn(Strict):
    """Which experts to list: part of a name, organisation or code, region subtree, status."""

    q = text(100, minimum=0, required=False, load_default="")
    region = fields.String(validate=REGION, load_default=None)
    status = Code(ExpertStatus, load_default=None)


class ExpertFieldsIn(Strict):
    """What an entry of the expert pool may say beside what it must."""

    maintained_by = code_field(40, required=False)
    specialities = texts()
    phone = text(40, minimum=0, required=False)
    status = Code(ExpertStatus)


class ExpertIn(ExpertFieldsIn):
    """A new expert 专家、辅助人员."""

    code = code_field()
    name = text(100)
    organisation = text(200)
    region = fields.String(required=True, validate=REGION)


class ExpertChangeIn(ExpertFieldsIn):
    """Some fields of an expert; `row_version` is that of the entry which was read."""

    name = text(100, required=False)
    organisation = text(200, required=False)
    region = fields.String(validate=REGION)
    reason = text(500, minimum=0, required=False)
    row_version = fields.Integer(required=True, validate=ROW_VERSION)


class ExpertOut(Schema):
    """Somebody of the expert pool; `mine` if the reader maintains the entry."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    organisation = fields.String(required=True)
    specialities = fields.List(fields.String(), required=True)
    phone = fields.String(required=True)
    region = fields.String(required=True)
    region_name = fields.String(required=True)
    maintained_by = fields.String(required=True)
    maintained_by_name = fields.String(required=True)
    status = Code(ExpertStatus, required=True)
    mine = fields.Boolean(required=True)
    row_version = fields.Integer(required=True)


class ExpertListOut(Schema):
    """Experts in order of code."""

    items = fields.List(fields.Nested(ExpertOut), required=True)
    next = fields.String(required=True, allow_none=True)


class ExpertDetailOut(ExpertOut):
    """One expert with the history, newest first."""

    changes = fields.List(fields.Nested(ChangeOut), required=True)


class RecusalQueryIn(Strict):
    """Which recusals to list: of an inspector, of an object; withdrawn ones if asked."""

    inspector = code_field(required=False, load_default=None)
    object = code_field(required=False, load_default=None)
    withdrawn = fields.Boolean(load_default=False)
    cursor = text(64, minimum=0, required=False, load_default="")
    limit = fields.Integer(validate=validate.Range(1, 200), load_default=50)


class RecusalIn(Strict):
    """Keep an inspector away from an object; without an inspector: oneself."""

    inspector = code_field(required=False, load_default=None, allow_none=True)
    object = code_field()
    reason = text(500)
    raised_by = Code(RecusalSource, load_default=RecusalSource.INSPECTOR)


class RecusalWithdrawIn(Strict):
    """Why the recusal ends."""

    reason = text(500)


class RecusalListOut(Schema):
    """One page of recusals, newest first."""

    items = fields.List(fields.Nested(RecusalOut), required=True)
    next = fields.String(required=True, allow_none=True)


class RecusalScanOut(Schema):
    """How many recusals a rule of the system raised."""

    raised = fields.Integer(required=True)
