/** What can be wrong with a draw, by stable code; the same codes and words as backend/draws/findings.py. */
export const MESSAGES = {
  malformed: ['内容缺失、多余或类型不符', 'a part is missing, unknown or of the wrong type'],
  version: ['版本号不是 dsj1', 'the version is not dsj1'],
  name: ['编号含不允许的字符', 'an identifier has characters that are not allowed'],
  empty: ['必填内容为空', 'a required text is empty'],
  number: ['数字超出允许范围', 'a number is out of its range'],
  hash: ['不是 64 位小写十六进制摘要', 'not a digest of 64 lower-case hex digits'],
  region: ['不是 6 位行政区划代码', 'not a region code of 6 digits'],
  unsorted: ['未按编号升序排列或有重复', 'not in ascending order of identifiers, or one is repeated'],
  kind: ['抽取类型或其必备内容不符', 'the kind of draw, or what that kind must have, does not fit'],
  mode: ['公开方式不是 open 或 sealed', 'the mode is neither open nor sealed'],
  ratio_form: ['抽取比例应写作 p/q，且大于 0、不超过 1', 'a ratio is written p/q, above 0 and at most 1'],
  ratio: ['抽取比例与抽取数不符：比例被改动', 'the ratio does not give the number drawn: the ratio was changed'],
  k: ['抽取数 k 不等于 n×比例 向上取整', 'k is not n times the ratio, rounded up'],
  drawn_count: ['抽中数量不等于承诺的 k', 'the number drawn is not the committed k'],
  reserve_count: ['候补数量与承诺不符', 'the number of reserves is not as committed'],
  stratum_n: ['分层数量与名单不符', 'the size of a stratum differs from the pool'],
  stratum_unknown: ['出现承诺中没有的分层', 'a stratum is not in the commitment'],
  commitment_digest: ['承诺书摘要不符：承诺书被改动', 'the commitment\'s digest does not fit: it was changed'],
  commitment_published: ['与事先公布的承诺摘要不同', 'not the commitment whose digest was published beforehand'],
  custodians: ['没有保管人', 'there is no custodian'],
  code_form: ['保管码应为 16 至 128 位允许字符', 'a custodian\'s code has 16 to 128 allowed characters'],
  code_set: ['公布的保管码与保管人不一一对应', 'the revealed codes are not one for each custodian in order'],
  code: ['保管码与事先承诺的摘要不符', 'a custodian\'s code does not fit its committed hash'],
  event_type: ['未知的公开事件类型', 'unknown type of public event'],
  event_due: ['事件时间应为带时区的 ISO 8601', 'the event\'s time is not ISO 8601 with offset'],
  event: [
    '种子与事件结果不符：事件结果被改动，或承诺书被重写',
    'the seed does not follow: the event\'s value was changed, or the commitment rewritten',
  ],
  event_value: ['事件结果不符合该类事件的格式', 'the event\'s value is not in the form of its type'],
  seed: ['种子与承诺、事件结果和保管码不符', 'the seed does not follow from commitment, event and codes'],
  leaf: ['名单叶值与对象、分层、盐值不符', 'a leaf does not fit its object, stratum and salt'],
  leaves_order: ['叶值未按字节升序排列', 'the leaves are not in bytewise order'],
  leaf_duplicate: ['同一叶值出现两次', 'a leaf occurs twice'],
  object_duplicate: ['同一对象在名单中出现两次', 'an object is in the pool twice'],
  pool_root: ['名单根值不符：名单被改动', 'the pool\'s root does not fit: the pool was changed'],
  pool_n: ['名单数量与承诺不符', 'the pool\'s size is not as committed'],
  sealed_discloses: ['密封期内不应公开此项', 'a sealed bundle must not show this'],
  sealed_changed: ['启封内容与密封时公布的不同', 'the opened bundle is not the one that was sealed'],
  ticket: ['摇号值计算不符', 'a ticket is not what the seed gives'],
  drawn: ['抽中对象不是摇号值最小的 k 个', 'the drawn objects are not the k lowest tickets'],
  order: ['抽中对象的次序不符', 'the order of the drawn objects does not fit'],
  reserves: ['候补对象不符', 'the reserves are not the next tickets'],
  reserve_order: ['候补次序不符', 'the order of the reserves does not fit'],
  result: ['结果所指的抽取或承诺不符', 'the result names another draw or commitment'],
  result_digest: ['结果摘要不符', 'the result\'s digest does not fit'],
  eligibility: ['资格与回避清单被改动', 'the lists of who may go were changed'],
  eligibility_gap: ['有检查人员既不在可派也不在排除之列，或重复', 'an inspector is neither eligible nor excluded, or both'],
  roster_root: ['检查人员名录根值不符', 'the roster\'s root does not fit'],
  roster_n: ['检查人员数量与承诺不符', 'the roster\'s size is not as committed'],
  object_set: ['匹配的对象与名单不一致', 'the objects matched are not those of the pool'],
  assignment_order: ['匹配清单的对象或次序不符', 'the list of assignments has other objects or another order'],
  inspector: ['检查组成员不是按种子匹配的人员', 'a team is not the one that the seed gives'],
  expert: ['专家不是按种子匹配的人员', 'the experts are not those that the seed gives'],
  group: ['编组与承诺不符', 'the groups are not as committed'],
  seat: ['席位、摇号值或任务量说明不符', 'a seat\'s order, ticket or load does not fit'],
  insufficient: ['人员不足的结论或原因不符', 'the report that nobody suffices, or its reason, does not fit'],
  assignments: ['匹配清单摘要不符', 'the digest of the assignments does not fit'],
  parent_missing: ['须同时提供对象抽取的数据包', 'the bundle of the object draw is needed too'],
  parent: ['所依据的对象抽取不符', 'not the object draw that this draw staffs'],
  object_not_drawn: ['该对象并未被抽中', 'an object was not drawn'],
  object_ticket: ['对象的摇号值或分层与对象抽取不符', 'an object\'s ticket or stratum is not that of the object draw'],
  object_left_out: ['抽中对象没有进入任何人员匹配', 'a drawn object was never put up for matching'],
  object_staffed_twice: ['同一对象被匹配了两个检查组', 'an object got two teams'],
  void_list: ['此前作废的各次抽取未逐一列明', 'the earlier voided attempts are not all listed'],
  same_person: ['申请人与批准人是同一人', 'requester and approver are the same person'],
  substitution: ['替换不符合规则：席位、对象、事由或承诺不符', 'a substitution names a wrong seat, object, reason or commitment'],
  substitute: ['替换人员不是按新事件抽出的人员', 'the substitute is not the one that the new event gives'],
  reserve_step: ['递补对象不是次序在先的候补', 'the object that stepped in is not the next reserve in order'],
} as const satisfies Record<string, readonly [string, string]>

export type Code = keyof typeof MESSAGES

/** The steps of a verification, in the order in which they are told. */
export const STEPS = [
  'shape',
  'commitment',
  'codes',
  'seed',
  'pool',
  'parent',
  'lists',
  'draw',
  'teams',
  'log',
  'result',
  'sealed',
] as const
export type Step = (typeof STEPS)[number]

/** One thing that does not hold; `where` is a path into the document. */
export interface Finding {
  step: Step
  code: Code
  where: string
}

/** A document breaks a rule; says which. */
export class Fault extends Error {
  constructor(readonly code: Code) {
    super(code)
  }
}
