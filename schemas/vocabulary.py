"""Every code that appears in the data; `schemas.words` has the words for them.

Codes are stable and appear in exports; the sources are the five policy documents and the national
publicity system's result set. The TypeScript twin is generated from both, never edited.
"""

from enum import StrEnum


class Role(StrEnum):
    """What an account may act as; one account may hold several, separation of duties is by person."""

    ADMIN = "admin"
    LIAISON = "liaison"
    PLANNER = "planner"
    APPROVER = "approver"
    DISPATCHER = "dispatcher"
    INSPECTOR = "inspector"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    CUSTODIAN = "custodian"


class ObjectKind(StrEnum):
    """Kinds of inspected object 检查对象."""

    ENTERPRISE = "enterprise"
    INDIVIDUAL_BUSINESS = "individual_business"
    COOPERATIVE = "cooperative"
    PRODUCT = "product"
    PROJECT = "project"
    BEHAVIOUR = "behaviour"


class ObjectStatus(StrEnum):
    """Registration status of an object."""

    ACTIVE = "active"
    DEREGISTERED = "deregistered"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    MOVED = "moved"


class InspectorStatus(StrEnum):
    """Whether an inspector can be matched."""

    ACTIVE = "active"
    TRANSFERRED = "transferred"
    RETIRED = "retired"


class RiskLevel(StrEnum):
    """Credit-risk class 信用风险分类 of an object."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class LicenceStatus(StrEnum):
    """Where a licence 许可证 of an object stands."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class ItemState(StrEnum):
    """States of one version of an inspection item 抽查事项."""

    DRAFT = "draft"
    PUBLISHED = "published"


class ItemStage(StrEnum):
    """Where a version of an inspection item stands on a day."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


class ExpertStatus(StrEnum):
    """Whether an expert 专家、辅助人员 can be drawn."""

    ACTIVE = "active"
    REMOVED = "removed"


class CertificateState(StrEnum):
    """Whether an inspector's certificate 执法证 is in date."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"


class RecusalSource(StrEnum):
    """Who raised a recusal 回避."""

    INSPECTOR = "inspector"
    OBJECT = "object"
    SYSTEM = "system"


class PlanState(StrEnum):
    """States of a plan 年度抽查计划."""

    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"
    CLOSED = "closed"


class PlanKind(StrEnum):
    """Kinds of plan: what is drawn at random all year, and special checks with a source of their own."""

    ANNUAL = "annual"
    SPECIAL = "special"


class TaskKind(StrEnum):
    """What a task is: 双随机抽查, 专项检查 or 个案检查."""

    DOUBLE_RANDOM = "double_random"
    SPECIAL = "special"
    SINGLE_CASE = "single_case"


class MergeOutcome(StrEnum):
    """Whether one visit serves two tasks that drew the same object 合并上门, and why not."""

    MERGED = "merged"
    PERIOD = "period"
    METHOD = "method"
    STAFFING = "staffing"
    MATCHING = "matching"
    UNQUALIFIED = "unqualified"
    BEGUN = "begun"


class TaskSource(StrEnum):
    """What a special or single-case inspection comes from 检查来源."""

    COMPLAINT = "complaint"
    TRANSFER = "transfer"
    MONITORING = "monitoring"
    SUPERIOR = "superior"
    PATROL = "patrol"


class OpinionAnswer(StrEnum):
    """What a participating body says to a draft 书面意见."""

    AGREE = "agree"
    AGREE_WITH_COMMENT = "agree_with_comment"
    OBJECT = "object"


class MeetingDecision(StrEnum):
    """What the joint meeting 联席会议 decided on a draft."""

    ADOPTED = "adopted"
    SENT_BACK = "sent_back"


class AttachmentKind(StrEnum):
    """What a file of a plan is."""

    RULES = "rules"
    GUIDANCE = "guidance"
    OTHER = "other"


class TaskState(StrEnum):
    """States of a task 抽查任务."""

    PLANNED = "planned"
    POOL_FROZEN = "pool_frozen"
    DRAWN = "drawn"
    DISPATCHED = "dispatched"
    MATCHED = "matched"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    ARCHIVED = "archived"


class DrawKind(StrEnum):
    """What a draw chooses."""

    OBJECTS = "objects"
    INSPECTORS = "inspectors"


class DrawState(StrEnum):
    """States of a draw 抽取."""

    DRAFT = "draft"
    COMMITTED = "committed"
    REVEALED = "revealed"
    DRAWN = "drawn"
    PUBLISHED = "published"
    VOID = "void"


class EventType(StrEnum):
    """Public events whose outcome nobody knows at commitment."""

    DICE = "dice"
    LOTTERY = "lottery"
    BEACON = "beacon"


class InspectionState(StrEnum):
    """States of one inspection 检查; also the phases that the sync protocol decides by."""

    ASSIGNED = "assigned"
    ON_SITE = "on_site"
    SEALED = "sealed"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    SIGNED_OFF = "signed_off"
    PUBLISHED = "published"


class Duty(StrEnum):
    """The one duty a person may have in one inspection: 检查人, 审核人, 公示审批人."""

    INSPECTOR = "inspector"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"


class SeatRole(StrEnum):
    """Seats of an inspection team 检查组; experts 专家 come beside the inspectors and sign nothing."""

    LEAD = "lead"
    MEMBER = "member"
    EXPERT = "expert"


class SubstitutionState(StrEnum):
    """States of a substitution 替换: of an inspector, or of an object by the next reserve."""

    REQUESTED = "requested"
    REFUSED = "refused"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    DRAWN = "drawn"


class Result(StrEnum):
    """抽查结果: the eight standard results per item and per object."""

    NO_PROBLEM = "1"
    NOT_DISCLOSED = "2"
    FALSE_DISCLOSURE = "3"
    UNREACHABLE = "4"
    CORRECTED = "5"
    UNCOOPERATIVE = "6"
    NO_SUCH_BUSINESS = "7"
    PENDING = "8"


class Outcome(StrEnum):
    """What the visit met at the door."""

    NORMAL = "normal"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"
    REFUSED = "refused"
    NO_BUSINESS = "no_business"
    DEREGISTERED = "deregistered"
    REVOKED = "revoked"
    MOVED = "moved"


class Verdict(StrEnum):
    """Answer of a check point 检查要点."""

    PASS = "pass"
    FAIL = "fail"
    NOT_APPLICABLE = "na"
    UNCHECKED = "unchecked"


class Method(StrEnum):
    """How an item is checked 检查方式."""

    ON_SITE = "on_site"
    DOCUMENTS = "documents"
    ONLINE = "online"
    RELIANCE = "reliance"
    LABORATORY = "laboratory"
    COMMISSIONED = "commissioned"


class NoticeKind(StrEnum):
    """Three notices 三单."""

    REMIND = "remind"
    URGE = "urge"
    HOLD_TO_ACCOUNT = "hold_to_account"


class ReviewDecision(StrEnum):
    """What a reviewer 审核人 decides."""

    RETURNED = "returned"
    APPROVED = "approved"


class PublicationKind(StrEnum):
    """What a public document shows."""

    ITEM_LIST = "item_list"
    PLAN = "plan"
    DRAW = "draw"
    RESULT = "result"


class PublicationState(StrEnum):
    """States of a publication 公示."""

    PUBLISHED = "published"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class ImportKind(StrEnum):
    """What a table of the registry holds, row by row."""

    ITEMS = "items"
    OBJECTS = "objects"
    INSPECTORS = "inspectors"
    EXPERTS = "experts"
    RECUSALS = "recusals"
    RISK = "risk"
    LICENCES = "licences"


class ImportState(StrEnum):
    """States of an import 导入; nothing is written to the directories before `importing`."""

    QUEUED = "queued"
    READING = "reading"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ImportMode(StrEnum):
    """What becomes of a file that has bad rows."""

    ALL_OR_NOTHING = "all_or_nothing"
    SKIP_BAD = "skip_bad"


class ReplicaState(StrEnum):
    """States of an installation of the phone app for one person."""

    ACTIVE = "active"
    REVOKED = "revoked"
