"""Every code that appears in the data, with its Chinese and English words.

Codes are stable and appear in exports; the sources are the five policy documents and the national
publicity system's result set. The TypeScript twin is generated from here, never edited.
"""

from enum import StrEnum
from typing import Final


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


class PlanState(StrEnum):
    """States of a plan 年度抽查计划."""

    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"
    CLOSED = "closed"


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
    """Seats of an inspection team 检查组."""

    LEAD = "lead"
    MEMBER = "member"


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


class ReplicaState(StrEnum):
    """States of an installation of the phone app for one person."""

    ACTIVE = "active"
    REVOKED = "revoked"


WORDS: Final[dict[type[StrEnum], dict[str, tuple[str, str]]]] = {
    Role: {
        "admin": ("系统管理员", "Administrator"),
        "liaison": ("联络员", "Liaison"),
        "planner": ("计划编制人", "Planner"),
        "approver": ("计划批准人", "Approver"),
        "dispatcher": ("派发人", "Dispatcher"),
        "inspector": ("检查人", "Inspector"),
        "reviewer": ("审核人", "Reviewer"),
        "supervisor": ("公示审批人", "Supervisor"),
        "auditor": ("督导", "Auditor"),
        "custodian": ("持码人", "Custodian"),
    },
    ObjectKind: {
        "enterprise": ("企业", "Enterprise"),
        "individual_business": ("个体工商户", "Individual business"),
        "cooperative": ("农民专业合作社", "Farmers' cooperative"),
        "product": ("产品", "Product"),
        "project": ("项目", "Project"),
        "behaviour": ("行为", "Behaviour"),
    },
    ObjectStatus: {
        "active": ("存续", "Active"),
        "deregistered": ("注销", "Deregistered"),
        "revoked": ("吊销", "Revoked"),
        "cancelled": ("撤销", "Cancelled"),
        "moved": ("迁出", "Moved away"),
    },
    InspectorStatus: {
        "active": ("在岗", "Active"),
        "transferred": ("调离", "Transferred"),
        "retired": ("退休", "Retired"),
    },
    PlanState: {
        "draft": ("草稿", "Draft"),
        "approved": ("已批准", "Approved"),
        "published": ("已公示", "Published"),
        "closed": ("已结束", "Closed"),
    },
    TaskState: {
        "planned": ("待冻结名单", "Planned"),
        "pool_frozen": ("名单已冻结", "Pool frozen"),
        "drawn": ("已抽取", "Drawn"),
        "dispatched": ("已派发", "Dispatched"),
        "matched": ("已匹配", "Matched"),
        "in_progress": ("检查中", "In progress"),
        "completed": ("已完成", "Completed"),
        "archived": ("已归档", "Archived"),
    },
    DrawKind: {"objects": ("抽取检查对象", "Objects"), "inspectors": ("匹配检查人员", "Inspectors")},
    DrawState: {
        "draft": ("草稿", "Draft"),
        "committed": ("已承诺", "Committed"),
        "revealed": ("已揭晓", "Revealed"),
        "drawn": ("已抽取", "Drawn"),
        "published": ("已公示", "Published"),
        "void": ("已作废", "Void"),
    },
    EventType: {
        "dice": ("现场掷骰", "Dice in the meeting room"),
        "lottery": ("公开彩票开奖", "Public lottery"),
        "beacon": ("公共随机信标", "Public beacon"),
    },
    InspectionState: {
        "assigned": ("待检查", "Assigned"),
        "on_site": ("检查中", "On site"),
        "sealed": ("已封存", "Sealed"),
        "submitted": ("待审核", "Submitted"),
        "returned": ("已退回", "Returned"),
        "approved": ("待公示审批", "Approved"),
        "signed_off": ("已签发", "Signed off"),
        "published": ("已公示", "Published"),
    },
    Duty: {
        "inspector": ("检查人", "Inspector"),
        "reviewer": ("审核人", "Reviewer"),
        "supervisor": ("公示审批人", "Supervisor"),
    },
    SeatRole: {"lead": ("组长", "Lead"), "member": ("组员", "Member")},
    Result: {
        "1": ("未发现问题", "No problem found"),
        "2": ("未按规定公示应当公示的信息", "Required information not disclosed"),
        "3": ("公示信息隐瞒真实情况、弄虚作假", "Disclosed information false or concealed"),
        "4": ("通过登记的住所（经营场所）无法联系", "Unreachable at the registered address"),
        "5": ("发现问题已责令改正", "Problem found, correction ordered"),
        "6": ("不配合检查情节严重", "Seriously uncooperative"),
        "7": ("未发现开展本次抽查涉及的经营活动", "Business concerned not carried on"),
        "8": ("发现问题待后续处理", "Problem found, follow-up pending"),
    },
    Outcome: {
        "normal": ("正常检查", "Checked"),
        "unreachable": ("通过登记住所无法联系", "Unreachable at the registered address"),
        "closed": ("已关闭停业或正在组织清算", "Closed or being wound up"),
        "refused": ("不配合检查", "Refused the inspection"),
        "no_business": ("未开展相关经营活动", "Business not carried on"),
        "deregistered": ("注销", "Deregistered"),
        "revoked": ("吊销", "Licence revoked"),
        "moved": ("迁出", "Moved away"),
    },
    Verdict: {
        "pass": ("合格", "Pass"),
        "fail": ("不合格", "Fail"),
        "na": ("不适用", "Not applicable"),
        "unchecked": ("未检查", "Not checked"),
    },
    Method: {
        "on_site": ("实地核查", "On site"),
        "documents": ("书面检查", "Documents"),
        "online": ("网络监测", "Online"),
        "reliance": ("依据行政部门结果或专业意见", "Reliance on findings of others"),
        "laboratory": ("检验检测", "Laboratory"),
        "commissioned": ("委托专业机构", "Commissioned body"),
    },
    NoticeKind: {
        "remind": ("提醒单", "Reminder"),
        "urge": ("督办单", "Urging notice"),
        "hold_to_account": ("问责单", "Accountability notice"),
    },
    ReviewDecision: {"returned": ("退回", "Returned"), "approved": ("通过", "Approved")},
    PublicationKind: {
        "item_list": ("随机抽查事项清单", "Item list"),
        "plan": ("抽查计划", "Plan"),
        "draw": ("抽取公示", "Draw"),
        "result": ("抽查结果", "Result"),
    },
    PublicationState: {
        "published": ("已公示", "Published"),
        "corrected": ("已更正", "Corrected"),
        "withdrawn": ("已撤回", "Withdrawn"),
    },
    ReplicaState: {"active": ("使用中", "Active"), "revoked": ("已吊销", "Revoked")},
}


def zh(code: StrEnum) -> str:
    """The Chinese word of a code, as screens and printed forms show it."""
    return WORDS[type(code)][code.value][0]
