// Generated from schemas/words.py by `make contracts`; do not edit.

export type Role = "admin" | "liaison" | "planner" | "approver" | "dispatcher" | "inspector" | "reviewer" | "supervisor" | "auditor" | "custodian"
export const roleWords: Record<Role, [zh: string, en: string]> = {
  "admin": ["系统管理员", "Administrator"],
  "liaison": ["联络员", "Liaison"],
  "planner": ["计划编制人", "Planner"],
  "approver": ["计划批准人", "Approver"],
  "dispatcher": ["派发人", "Dispatcher"],
  "inspector": ["检查人", "Inspector"],
  "reviewer": ["审核人", "Reviewer"],
  "supervisor": ["公示审批人", "Supervisor"],
  "auditor": ["督导", "Auditor"],
  "custodian": ["持码人", "Custodian"],
}

export type ObjectKind = "enterprise" | "individual_business" | "cooperative" | "product" | "project" | "behaviour"
export const objectKindWords: Record<ObjectKind, [zh: string, en: string]> = {
  "enterprise": ["企业", "Enterprise"],
  "individual_business": ["个体工商户", "Individual business"],
  "cooperative": ["农民专业合作社", "Farmers' cooperative"],
  "product": ["产品", "Product"],
  "project": ["项目", "Project"],
  "behaviour": ["行为", "Behaviour"],
}

export type ObjectStatus = "active" | "deregistered" | "revoked" | "cancelled" | "moved"
export const objectStatusWords: Record<ObjectStatus, [zh: string, en: string]> = {
  "active": ["存续", "Active"],
  "deregistered": ["注销", "Deregistered"],
  "revoked": ["吊销", "Revoked"],
  "cancelled": ["撤销", "Cancelled"],
  "moved": ["迁出", "Moved away"],
}

export type InspectorStatus = "active" | "transferred" | "retired"
export const inspectorStatusWords: Record<InspectorStatus, [zh: string, en: string]> = {
  "active": ["在岗", "Active"],
  "transferred": ["调离", "Transferred"],
  "retired": ["退休", "Retired"],
}

export type RiskLevel = "A" | "B" | "C" | "D"
export const riskLevelWords: Record<RiskLevel, [zh: string, en: string]> = {
  "A": ["A 低风险", "A low"],
  "B": ["B 一般风险", "B moderate"],
  "C": ["C 较高风险", "C raised"],
  "D": ["D 高风险", "D high"],
}

export type LicenceStatus = "valid" | "suspended" | "revoked" | "cancelled" | "expired"
export const licenceStatusWords: Record<LicenceStatus, [zh: string, en: string]> = {
  "valid": ["有效", "Valid"],
  "suspended": ["暂扣", "Suspended"],
  "revoked": ["吊销", "Revoked"],
  "cancelled": ["注销", "Cancelled"],
  "expired": ["已过期", "Expired"],
}

export type ItemState = "draft" | "published"
export const itemStateWords: Record<ItemState, [zh: string, en: string]> = {
  "draft": ["草稿", "Draft"],
  "published": ["已公布", "Published"],
}

export type ItemStage = "draft" | "upcoming" | "in_force" | "superseded" | "retired"
export const itemStageWords: Record<ItemStage, [zh: string, en: string]> = {
  "draft": ["草稿", "Draft"],
  "upcoming": ["待生效", "Upcoming"],
  "in_force": ["现行", "In force"],
  "superseded": ["已被替代", "Superseded"],
  "retired": ["已停用", "Retired"],
}

export type ExpertStatus = "active" | "removed"
export const expertStatusWords: Record<ExpertStatus, [zh: string, en: string]> = {
  "active": ["在库", "Active"],
  "removed": ["已出库", "Removed"],
}

export type CertificateState = "valid" | "expiring" | "expired"
export const certificateStateWords: Record<CertificateState, [zh: string, en: string]> = {
  "valid": ["有效", "Valid"],
  "expiring": ["即将到期", "Expiring soon"],
  "expired": ["已过期", "Expired"],
}

export type RecusalSource = "inspector" | "object" | "system"
export const recusalSourceWords: Record<RecusalSource, [zh: string, en: string]> = {
  "inspector": ["本人申请", "The inspector"],
  "object": ["对象申请", "The object"],
  "system": ["系统规则", "A rule of the system"],
}

export type PlanState = "draft" | "approved" | "published" | "closed"
export const planStateWords: Record<PlanState, [zh: string, en: string]> = {
  "draft": ["草稿", "Draft"],
  "approved": ["已批准", "Approved"],
  "published": ["已公示", "Published"],
  "closed": ["已结束", "Closed"],
}

export type PlanKind = "annual" | "special"
export const planKindWords: Record<PlanKind, [zh: string, en: string]> = {
  "annual": ["年度抽查计划", "Annual plan"],
  "special": ["专项检查计划", "Special plan"],
}

export type MergeOutcome = "merged" | "period" | "method" | "staffing" | "matching" | "unqualified" | "begun"
export const mergeOutcomeWords: Record<MergeOutcome, [zh: string, en: string]> = {
  "merged": ["合并上门，由另一任务的检查一并完成", "One visit with another task"],
  "period": ["不合并：检查时段没有共同的日期", "Apart: the periods share no day"],
  "method": ["不合并：检查方式不同", "Apart: another method"],
  "staffing": ["不合并：人数、专家或轮换要求高于另一任务", "Apart: asks for more people than the other task"],
  "matching": ["不合并：另一任务正在匹配人员", "Apart: the other task's match is under way"],
  "unqualified": ["不合并：另一任务的检查组缺少所需资质", "Apart: the other task's team is not qualified"],
  "begun": ["不合并：另一任务的检查已经开始", "Apart: the other task's visit has begun"],
}

export type TaskKind = "double_random" | "special" | "single_case"
export const taskKindWords: Record<TaskKind, [zh: string, en: string]> = {
  "double_random": ["双随机抽查", "Double random"],
  "special": ["专项检查", "Special check"],
  "single_case": ["个案检查", "Single case"],
}

export type TaskSource = "complaint" | "transfer" | "monitoring" | "superior" | "patrol"
export const taskSourceWords: Record<TaskSource, [zh: string, en: string]> = {
  "complaint": ["投诉举报", "Complaint"],
  "transfer": ["转办交办", "Transfer"],
  "monitoring": ["数据监测", "Data monitoring"],
  "superior": ["上级部署", "Superior's order"],
  "patrol": ["日常巡查", "Patrol"],
}

export type OpinionAnswer = "agree" | "agree_with_comment" | "object"
export const opinionAnswerWords: Record<OpinionAnswer, [zh: string, en: string]> = {
  "agree": ["同意", "Agrees"],
  "agree_with_comment": ["同意并提出意见", "Agrees with a comment"],
  "object": ["不同意", "Objects"],
}

export type MeetingDecision = "adopted" | "sent_back"
export const meetingDecisionWords: Record<MeetingDecision, [zh: string, en: string]> = {
  "adopted": ["审议通过", "Adopted"],
  "sent_back": ["退回修改", "Sent back"],
}

export type AttachmentKind = "rules" | "guidance" | "other"
export const attachmentKindWords: Record<AttachmentKind, [zh: string, en: string]> = {
  "rules": ["实施细则", "Rules"],
  "guidance": ["工作指引", "Guidance"],
  "other": ["其他附件", "Other"],
}

export type TaskState = "planned" | "pool_frozen" | "drawn" | "dispatched" | "matched" | "in_progress" | "completed" | "archived"
export const taskStateWords: Record<TaskState, [zh: string, en: string]> = {
  "planned": ["待冻结名单", "Planned"],
  "pool_frozen": ["名单已冻结", "Pool frozen"],
  "drawn": ["已抽取", "Drawn"],
  "dispatched": ["已派发", "Dispatched"],
  "matched": ["已匹配", "Matched"],
  "in_progress": ["检查中", "In progress"],
  "completed": ["已完成", "Completed"],
  "archived": ["已归档", "Archived"],
}

export type DrawKind = "objects" | "inspectors"
export const drawKindWords: Record<DrawKind, [zh: string, en: string]> = {
  "objects": ["抽取检查对象", "Objects"],
  "inspectors": ["匹配检查人员", "Inspectors"],
}

export type DrawState = "draft" | "committed" | "revealed" | "drawn" | "published" | "void"
export const drawStateWords: Record<DrawState, [zh: string, en: string]> = {
  "draft": ["草稿", "Draft"],
  "committed": ["已承诺", "Committed"],
  "revealed": ["已揭晓", "Revealed"],
  "drawn": ["已抽取", "Drawn"],
  "published": ["已公示", "Published"],
  "void": ["已作废", "Void"],
}

export type EventType = "dice" | "lottery" | "beacon"
export const eventTypeWords: Record<EventType, [zh: string, en: string]> = {
  "dice": ["现场掷骰", "Dice in the meeting room"],
  "lottery": ["公开彩票开奖", "Public lottery"],
  "beacon": ["公共随机信标", "Public beacon"],
}

export type InspectionState = "assigned" | "on_site" | "sealed" | "submitted" | "returned" | "approved" | "signed_off" | "published"
export const inspectionStateWords: Record<InspectionState, [zh: string, en: string]> = {
  "assigned": ["待检查", "Assigned"],
  "on_site": ["检查中", "On site"],
  "sealed": ["已封存", "Sealed"],
  "submitted": ["待审核", "Submitted"],
  "returned": ["已退回", "Returned"],
  "approved": ["待公示审批", "Approved"],
  "signed_off": ["已签发", "Signed off"],
  "published": ["已公示", "Published"],
}

export type Duty = "inspector" | "reviewer" | "supervisor"
export const dutyWords: Record<Duty, [zh: string, en: string]> = {
  "inspector": ["检查人", "Inspector"],
  "reviewer": ["审核人", "Reviewer"],
  "supervisor": ["公示审批人", "Supervisor"],
}

export type SeatRole = "lead" | "member" | "expert"
export const seatRoleWords: Record<SeatRole, [zh: string, en: string]> = {
  "lead": ["组长", "Lead"],
  "member": ["组员", "Member"],
  "expert": ["专家", "Expert"],
}

export type SubstitutionState = "requested" | "refused" | "approved" | "withdrawn" | "drawn"
export const substitutionStateWords: Record<SubstitutionState, [zh: string, en: string]> = {
  "requested": ["待批准", "Requested"],
  "refused": ["未批准", "Refused"],
  "approved": ["待公开事件", "Waiting for the event"],
  "withdrawn": ["已撤回", "Withdrawn"],
  "drawn": ["已替换", "Substituted"],
}

export type Result = "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8"
export const resultWords: Record<Result, [zh: string, en: string]> = {
  "1": ["未发现问题", "No problem found"],
  "2": ["未按规定公示应当公示的信息", "Required information not disclosed"],
  "3": ["公示信息隐瞒真实情况、弄虚作假", "Disclosed information false or concealed"],
  "4": ["通过登记的住所（经营场所）无法联系", "Unreachable at the registered address"],
  "5": ["发现问题已责令改正", "Problem found, correction ordered"],
  "6": ["不配合检查情节严重", "Seriously uncooperative"],
  "7": ["未发现开展本次抽查涉及的经营活动", "Business concerned not carried on"],
  "8": ["发现问题待后续处理", "Problem found, follow-up pending"],
}

export type Outcome = "normal" | "unreachable" | "closed" | "refused" | "no_business" | "deregistered" | "revoked" | "moved"
export const outcomeWords: Record<Outcome, [zh: string, en: string]> = {
  "normal": ["正常检查", "Checked"],
  "unreachable": ["通过登记住所无法联系", "Unreachable at the registered address"],
  "closed": ["已关闭停业或正在组织清算", "Closed or being wound up"],
  "refused": ["不配合检查", "Refused the inspection"],
  "no_business": ["未开展相关经营活动", "Business not carried on"],
  "deregistered": ["注销", "Deregistered"],
  "revoked": ["吊销", "Licence revoked"],
  "moved": ["迁出", "Moved away"],
}

export type Verdict = "pass" | "fail" | "na" | "unchecked"
export const verdictWords: Record<Verdict, [zh: string, en: string]> = {
  "pass": ["合格", "Pass"],
  "fail": ["不合格", "Fail"],
  "na": ["不适用", "Not applicable"],
  "unchecked": ["未检查", "Not checked"],
}

export type Method = "on_site" | "documents" | "online" | "reliance" | "laboratory" | "commissioned"
export const methodWords: Record<Method, [zh: string, en: string]> = {
  "on_site": ["实地核查", "On site"],
  "documents": ["书面检查", "Documents"],
  "online": ["网络监测", "Online"],
  "reliance": ["依据行政部门结果或专业意见", "Reliance on findings of others"],
  "laboratory": ["检验检测", "Laboratory"],
  "commissioned": ["委托专业机构", "Commissioned body"],
}

export type NoticeKind = "remind" | "urge" | "hold_to_account"
export const noticeKindWords: Record<NoticeKind, [zh: string, en: string]> = {
  "remind": ["提醒单", "Reminder"],
  "urge": ["督办单", "Urging notice"],
  "hold_to_account": ["问责单", "Accountability notice"],
}

export type ReviewDecision = "returned" | "approved"
export const reviewDecisionWords: Record<ReviewDecision, [zh: string, en: string]> = {
  "returned": ["退回", "Returned"],
  "approved": ["通过", "Approved"],
}

export type PublicationKind = "item_list" | "plan" | "draw" | "result"
export const publicationKindWords: Record<PublicationKind, [zh: string, en: string]> = {
  "item_list": ["随机抽查事项清单", "Item list"],
  "plan": ["抽查计划", "Plan"],
  "draw": ["抽取公示", "Draw"],
  "result": ["抽查结果", "Result"],
}

export type PublicationState = "published" | "corrected" | "withdrawn"
export const publicationStateWords: Record<PublicationState, [zh: string, en: string]> = {
  "published": ["已公示", "Published"],
  "corrected": ["已更正", "Corrected"],
  "withdrawn": ["已撤回", "Withdrawn"],
}

export type ImportKind = "items" | "objects" | "inspectors" | "experts" | "recusals" | "risk" | "licences"
export const importKindWords: Record<ImportKind, [zh: string, en: string]> = {
  "items": ["抽查事项清单", "Inspection items"],
  "objects": ["检查对象名录库", "Objects"],
  "inspectors": ["执法检查人员名录库", "Inspectors"],
  "experts": ["专家库", "Experts"],
  "recusals": ["回避名单", "Recusals"],
  "risk": ["信用风险分类", "Risk classes"],
  "licences": ["许可信息", "Licences"],
}

export type ImportState = "queued" | "reading" | "checked" | "importing" | "done" | "failed" | "cancelled"
export const importStateWords: Record<ImportState, [zh: string, en: string]> = {
  "queued": ["排队中", "Queued"],
  "reading": ["正在检查", "Checking"],
  "checked": ["已检查，待导入", "Checked"],
  "importing": ["正在导入", "Importing"],
  "done": ["已导入", "Imported"],
  "failed": ["未成功", "Failed"],
  "cancelled": ["已取消", "Cancelled"],
}

export type ImportMode = "all_or_nothing" | "skip_bad"
export const importModeWords: Record<ImportMode, [zh: string, en: string]> = {
  "all_or_nothing": ["全部正确才导入", "All or nothing"],
  "skip_bad": ["跳过错误行", "Skip bad rows"],
}

export type ReplicaState = "active" | "revoked"
export const replicaStateWords: Record<ReplicaState, [zh: string, en: string]> = {
  "active": ["使用中", "Active"],
  "revoked": ["已吊销", "Revoked"],
}
