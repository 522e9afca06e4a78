"""The life of a draw: its one state table, and the words for each step and reason. Pure."""

from collections.abc import Mapping

from backend.draws.problems import WrongDrawState
from backend.foundation.access.permissions import Permission
from schemas.vocabulary import DrawState
from schemas.words import zh

# from, to: who. `committed` lasts until the event is recorded and the last code revealed; any state may become
# void, by a second person and visible for ever.
DRAW_MOVES: Mapping[tuple[DrawState, DrawState], Permission] = {
    (DrawState.DRAFT, DrawState.COMMITTED): Permission.DRAW_OPERATE,
    (DrawState.COMMITTED, DrawState.REVEALED): Permission.DRAW_KEEP_CODE,
    (DrawState.REVEALED, DrawState.DRAWN): Permission.DRAW_OPERATE,
    (DrawState.DRAWN, DrawState.PUBLISHED): Permission.DRAW_OPERATE,
    (DrawState.DRAFT, DrawState.VOID): Permission.DRAW_VOID,
    (DrawState.COMMITTED, DrawState.VOID): Permission.DRAW_VOID,
    (DrawState.REVEALED, DrawState.VOID): Permission.DRAW_VOID,
    (DrawState.DRAWN, DrawState.VOID): Permission.DRAW_VOID,
    (DrawState.PUBLISHED, DrawState.VOID): Permission.DRAW_VOID,
}
# At least two, so that no one person could know the seed's secret part.
FEWEST_CUSTODIANS = 2

STEPS: Mapping[str, str] = {
    "draws.create": "新建抽取",
    "draws.hand_in_code": "提交保管码摘要",
    "draws.commit": "发布承诺书",
    "draws.record_event": "登记事件结果",
    "draws.reveal_code": "揭晓保管码",
    "draws.run": "抽取并核验",
    "draws.publish": "公示结果",
    "draws.dispatch": "派发",
    "draws.request_void": "申请作废",
    "draws.void": "批准作废",
    "draws.request_substitution": "申请替换",
    "draws.refuse_substitution": "不批准替换",
    "draws.approve_substitution": "批准替换并指定公开事件",
    "draws.withdraw_substitution": "撤回已批准的替换",
    "draws.substitute": "替换",
    "draws.open": "启封",
    "draws.merge_visits": "合并上门",
    "draws.keep_apart": "不再合并上门",
}
REASONS: Mapping[str, str] = {
    "jurisdiction": "不属于其管辖区域",
    "certificate_expired": "执法证件已过期",
    "inactive": "不在岗",
    "recused": "应当回避",
    "cooled_off": "处于轮换冷却期",
    "load": "任务量高于本次上限",
    "lot": "摇号值未进入前列",
    "qualification": "席位按需由具备资质者递补",
    "balance": "为均衡任务量，席位调给他人",
    "group": "不能同去本组的其他对象",
    "too_few": "可派人员不足",
    "unqualified": "缺少必需资质",
}
HOW: Mapping[str, str] = {"lot": "按摇号值抽中", "qualification": "因必需资质入组", "balance": "为均衡任务量调入"}
SUBSTITUTION_REASONS: Mapping[str, str] = {
    "recusal": "应当回避",
    "illness": "因病因伤",
    "transfer": "调离岗位",
    "certificate": "执法证件失效",
    "deregistered": "已注销",
    "revoked": "已吊销",
    "closed": "已停业或正在清算",
    "moved": "已迁出本辖区",
    "duplicate": "与另一对象重复",
}
OUTCOMES: Mapping[str, str] = {
    "drawn": "抽中",
    "reserve": "候补",
    "not_drawn": "未抽中",
    "staffed": "已匹配检查组",
    "too_few": "可派人员不足",
    "unqualified": "缺少必需资质",
}


def check_draw_move(state: str, to: DrawState) -> None:
    """Raises WrongDrawState unless the draw can go from its state to that one."""
    if (DrawState(state), to) not in DRAW_MOVES:
        raise WrongDrawState(
            f"抽取处于“{zh(DrawState(state))}”，不能变为“{zh(to)}”。", f"{state} does not lead to {to.value}."
        )
