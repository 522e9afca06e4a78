"""What can go wrong with a plan."""

from backend.foundation.problems import InvalidInput, NotAllowed, StateConflict


class PlanInvalid(InvalidInput):
    """The plan breaks a rule of plans; `errors` names each place."""

    slug = "plan-invalid"
    title = "计划内容有误"
    title_en = "The plan breaks a rule"


class WrongPlanState(StateConflict):
    """The plan's state does not lead there."""

    slug = "wrong-plan-state"
    title = "计划当前状态不允许此操作"
    title_en = "Not possible in the plan's present state"


class WrongTaskState(StateConflict):
    """The task's state does not lead there."""

    slug = "wrong-task-state"
    title = "任务当前状态不允许此操作"
    title_en = "Not possible in the task's present state"


class PlanChanged(StateConflict):
    """Somebody else changed the draft since it was read."""

    slug = "plan-changed"
    title = "草稿已被他人修改"
    title_en = "Somebody else has changed this draft"


class ApproverIsDrafter(NotAllowed):
    """Who drafted a plan does not approve it."""

    slug = "approver-is-drafter"
    title = "批准人不能是编制人本人"
    title_en = "The drafter cannot approve"


class LaterVersion(StateConflict):
    """The plan has a later version already."""

    slug = "later-version"
    title = "该计划已有更新的版本"
    title_en = "This plan has a later version"


class PlanUnderWay(StateConflict):
    """A task of the version in force has a pool already, so another version would draw it twice."""

    slug = "plan-under-way"
    title = "计划中的任务已经开始"
    title_en = "A task of this plan is under way"


class OutsideJurisdiction(NotAllowed):
    """The thing can be seen from here, but another region answers for it."""

    slug = "outside-jurisdiction"
    title = "不属于您的辖区"
    title_en = "Another region answers for this"


class AnswersOpen(StateConflict):
    """A participating body has not answered this draft yet."""

    slug = "answers-open"
    title = "参与单位的书面意见尚未收齐"
    title_en = "Written answers are still missing"


class ObjectionOpen(StateConflict):
    """A participating body objects, or the joint meeting sent the draft back."""

    slug = "objection-open"
    title = "联席会议尚未审议通过"
    title_en = "The joint meeting has not adopted the draft"


class NotParticipating(NotAllowed):
    """Only a participating body answers, and not the one that drafted."""

    slug = "not-participating"
    title = "贵单位不是本计划的参与单位"
    title_en = "Your body does not take part in this plan"


class DraftChanged(StateConflict):
    """The draft was changed after it was read, so an answer or decision would be to something else."""

    slug = "draft-changed"
    title = "草稿内容已有改动"
    title_en = "The draft has been changed since"


class NotFiled(StateConflict):
    """An adjusted plan is put on file before it is published."""

    slug = "not-filed"
    title = "调整后的计划尚未备案"
    title_en = "The adjusted plan has not been filed"


class UnknownFile(InvalidInput):
    """The bytes are neither PDF nor Word, or the name says otherwise."""

    slug = "unknown-file"
    title = "只接受 PDF 或 Word（docx）文件"
    title_en = "Only PDF and Word (docx) files"


class FileTooLarge(InvalidInput):
    """The file is larger than 20 MB, or there are too many of them."""

    slug = "file-too-large"
    title = "文件超过 20 MB"
    title_en = "Files may have 20 MB at most"
