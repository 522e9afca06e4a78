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
