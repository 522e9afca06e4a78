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


class ResultSealed(NotAllowed):
    """The result is under seal 封存 until the visits are made; only its operators see it."""

    slug = "result-sealed"
    title = "抽取结果封存中，检查后公开"
    title_en = "The result is under seal until the visits are made"


class NotSealed(StateConflict):
    """There is no seal to open."""

    slug = "not-sealed"
    title = "抽取结果没有封存"
    title_en = "The result is not under seal"


class VisitsUnderWay(StateConflict):
    """A seal is opened by hand only when the period of the task is over."""

    slug = "visits-under-way"
    title = "检查尚未全部完成，任务期限也未届满，不能启封"
    title_en = "Visits are still to be made and the period is not over"


class EvidenceInvalid(InvalidInput):
    """The file is not of a kind or size that is taken as evidence."""

    slug = "evidence-invalid"
    title = "证明材料不符合要求"
    title_en = "The file cannot be taken as evidence"


class EvidenceMissing(InvalidInput):
    """No such file was handed in for this draw."""

    slug = "evidence-missing"
    title = "请先上传证明材料"
    title_en = "Hand in the evidence first"


class SubstitutionInvalid(InvalidInput):
    """The seat or the reason does not fit; `errors` names each."""

    slug = "substitution-invalid"
    title = "替换申请有误"
    title_en = "The request breaks a rule"


class SubstitutionTooLate(StateConflict):
    """The record of the visit is sealed, or nothing is published that could be substituted."""

    slug = "substitution-too-late"
    title = "检查记录已经封存，不能再替换"
    title_en = "The record is sealed; nothing can be substituted"


class SubstitutionPending(StateConflict):
    """For this object another request is under way."""

    slug = "substitution-pending"
    title = "该检查对象已有一项替换正在办理"
    title_en = "Another substitution of this object is under way"


class SubstitutionDecided(StateConflict):
    """The request is not in the state that this step needs."""

    slug = "substitution-decided"
    title = "该替换申请当前状态不允许此操作"
    title_en = "Not possible in the request's present state"


class SubstitutionBySamePerson(NotAllowed):
    """Who asked for a substitution does not decide on it, and neither of the two withdraws it."""

    slug = "substitution-by-same-person"
    title = "替换须由申请人以外的人批准，撤回须由第三人办理"
    title_en = "Somebody else must do this"


class SubstitutionOutOfTurn(StateConflict):
    """Requests of one draw are drawn in the order in which they were approved."""

    slug = "substitution-out-of-turn"
    title = "请先登记前一项替换的事件结果"
    title_en = "An earlier request of this draw is still to be drawn"


class TeamRefused(InvalidInput):
    """Who was named cannot go there; `errors` says who and why."""

    slug = "team-refused"
    title = "不能指派该检查组"
    title_en = "This team cannot go there"


class NotSingleCase(StateConflict):
    """Only the teams of a single case are named; all others are drawn."""

    slug = "not-single-case"
    title = "只有个案检查可以指派检查人员"
    title_en = "Only a single case has a named team"


class TeamFixed(StateConflict):
    """The record is sealed: who signed it stays."""

    slug = "team-fixed"
    title = "检查记录已经签名封存，检查组不再变更"
    title_en = "The record is sealed; the team stays"
