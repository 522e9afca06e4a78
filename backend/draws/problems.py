"""What can go wrong with a draw."""

from backend.foundation.problems import Duplicate, InvalidInput, NotAllowed, Problem, StateConflict


class WrongDrawState(StateConflict):
    """The draw's state does not lead there."""

    slug = "wrong-draw-state"
    title = "抽取当前状态不允许此操作"
    title_en = "Not possible in the draw's present state"


class PlanNotPublished(StateConflict):
    """What is not in a published plan is not drawn."""

    slug = "plan-not-published"
    title = "计划尚未公示"
    title_en = "The plan is not published"


class TaskNotReady(StateConflict):
    """The task must first come to another state, or nothing went to this region."""

    slug = "task-not-ready"
    title = "任务尚不具备抽取条件"
    title_en = "The task is not ready for this draw"


class DrawInvalid(InvalidInput):
    """The draw's custodians, region or event do not fit; `errors` names each."""

    slug = "draw-invalid"
    title = "抽取内容有误"
    title_en = "The draw breaks a rule"


class DrawExists(Duplicate):
    """There is a live draw of this kind for the task and region."""

    slug = "draw-exists"
    title = "已有一次未作废的抽取"
    title_en = "There is a draw that is not void"


class OperatorIsCustodian(NotAllowed):
    """Who keeps a code of this draw does not operate it."""

    slug = "operator-is-custodian"
    title = "持码人不能操作本次抽取"
    title_en = "A custodian cannot operate this draw"


class CodesMissing(StateConflict):
    """Some custodian has not handed in the hash of a code."""

    slug = "codes-missing"
    title = "持码人尚未全部提交"
    title_en = "Not every custodian has handed in"


class EventPassed(StateConflict):
    """The event is due already, so its outcome may be known: too late to commit to it."""

    slug = "event-passed"
    title = "公开事件时间已过，不能再承诺"
    title_en = "The event is past; it is too late to commit"


class EventNotYet(StateConflict):
    """The event is not due."""

    slug = "event-not-yet"
    title = "公开事件尚未发生"
    title_en = "The event has not happened yet"


class EventRecorded(StateConflict):
    """The event's outcome is recorded and never changes."""

    slug = "event-recorded"
    title = "事件结果已经登记"
    title_en = "The event's outcome is recorded"


class EventMissing(StateConflict):
    """Codes stay secret until the event's outcome is recorded."""

    slug = "event-missing"
    title = "事件结果尚未登记"
    title_en = "The event's outcome is not recorded"


class EventValueInvalid(InvalidInput):
    """The outcome is not in the canonical text of its type."""

    slug = "event-value-invalid"
    title = "事件结果格式不符"
    title_en = "The event's value is not in the form of its type"


class CodeMismatch(InvalidInput):
    """The code is not the one whose hash was committed."""

    slug = "code-mismatch"
    title = "保管码与承诺的摘要不符"
    title_en = "The code does not fit its committed hash"


class CodeRevealed(StateConflict):
    """This custodian has revealed already."""

    slug = "code-revealed"
    title = "保管码已经揭晓"
    title_en = "The code is revealed already"


class BundleRejected(Problem):
    """Our own verifier rejects the result: something was altered since the commitment. Nothing is stored."""

    slug = "bundle-rejected"
    title = "抽取结果未通过核验，未作任何更改"
    title_en = "The result failed its own verification; nothing was stored"
    status = 500
    alarm = True


class DrawInUse(StateConflict):
    """Later work rests on this draw, so it can no longer be void."""

    slug = "draw-in-use"
    title = "后续工作已依据本次抽取开展"
    title_en = "Later work rests on this draw"


class VoidPending(StateConflict):
    """Somebody has asked already."""

    slug = "void-pending"
    title = "已有人申请作废"
    title_en = "Somebody has asked to void it already"


class VoidNotRequested(StateConflict):
    """Nobody has asked to void this draw."""

    slug = "void-not-requested"
    title = "没有作废申请"
    title_en = "Nobody has asked to void it"


class VoidBySamePerson(NotAllowed):
    """Who asked to void a draw does not agree to it."""

    slug = "void-by-same-person"
    title = "作废须由申请人以外的人批准"
    title_en = "Somebody else must agree"
