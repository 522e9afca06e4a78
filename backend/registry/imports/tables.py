"""What the table of each kind looks like: its columns with header, reader, hint and example. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from backend.registry.imports import cells
from backend.registry.imports.cells import Reader
from schemas.vocabulary import (
    ExpertStatus,
    ImportKind,
    InspectorStatus,
    LicenceStatus,
    Method,
    ObjectKind,
    ObjectStatus,
    RecusalSource,
    RiskLevel,
)
from schemas.words import WORDS

Words = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Column:
    """One column: `aliases` are further headers that people use for it, `words` the choices of a drop-down."""

    field: str
    header: str
    read: Reader
    hint: str
    example: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    words: Words | None = None
    # What an empty cell means.
    empty: Any = ""
    # Belongs to a check point and not to the item whose rows it stands in.
    of_point: bool = False
    # Came later than files that are still about: one without the column says nothing of the field.
    later: bool = False

    def show(self, value: Any) -> str:
        """The text of a value as `read` takes it back."""
        if value is None or value == [] or value == {}:
            return ""
        if self.words is not None and isinstance(value, str):
            return self.words[value][0] if value in self.words else value
        if self.words is not None and isinstance(value, list):
            return "、".join(self.words[one][0] for one in value)
        if self.read is cells.read_json:
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, list):
            return ("\n" if self.read is cells.read_lines else "、").join(value)
        return value.isoformat() if isinstance(value, date) else str(value)


@dataclass(frozen=True)
class Table:
    """The table of one kind of entry; `key` names the fields that tell one entry from another."""

    kind: ImportKind
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def grouped(self) -> bool:
        """Whether an entry spans several rows, one per check point."""
        return any(column.of_point for column in self.columns)

    def key_of(self, entry: Mapping[str, Any]) -> str:
        """The entry's name within the table."""
        return "|".join(str(entry[name]) for name in self.key)


def _text(field: str, header: str, hint: str, example: str, maximum: int = 200, **more: Any) -> Column:
    return Column(field, header, cells.read_text(maximum), hint, example, **more)


def _code(field: str, header: str, hint: str, example: str, **more: Any) -> Column:
    return Column(field, header, cells.read_code, hint, example, **more)


def _choice(field: str, header: str, words: type[StrEnum] | Words, example: str, **more: Any) -> Column:
    known = WORDS[words] if isinstance(words, type) else words
    hint = "从下拉列表中选一：" + "、".join(zh for zh, _ in known.values())
    return Column(field, header, cells.read_choice(known), hint, example, words=known, **more)


def _list(field: str, header: str, hint: str, example: str, **more: Any) -> Column:
    return Column(field, header, cells.read_list, f"{hint}；多项用“、”分隔", example, empty=[], **more)


def _day(field: str, header: str, example: str, **more: Any) -> Column:
    return Column(field, header, cells.read_date, "日期，如 2026-11-21", example, empty=None, **more)


def _region(example: str = "130303") -> Column:
    hint = "行政区划代码（GB/T 2260）或名称"
    return Column("region", "所在区划", cells.read_region, hint, example, True, ("行政区划", "区划代码", "属地"))


def _object_code(field: str = "object") -> Column:
    return _code(
        field,
        "统一社会信用代码",
        "18 位代码；该列请保持文本格式",
        "91130303MAY000019A",
        required=True,
        aliases=("信用代码", "社会信用代码", "检查对象代码", "注册号", "对象代码"),
    )


# What a check point is when nothing else is said: pass or fail, a failure is noted and followed up.
PLAIN_POINT: Mapping[str, Any] = {
    "answer": {"type": "verdict"},
    "visible_when": None,
    "photo": {"min": 0},
    "note_on": ["fail"],
    "results": {"fail": "8"},
    "shared_key": None,
    "phrases": [],
}

_OWNER = Column(
    "maintained_by",
    "维护单位",
    cells.read_body,
    "建立并维护该条目的单位代码或全称；空为导入人所在单位",
    "SHG",
    aliases=("所属单位", "执法机关"),
    empty=None,
)

_ITEMS = Table(
    ImportKind.ITEMS,
    "抽查事项清单",
    ("code",),
    (
        _code("code", "事项编码", "同一事项的各检查要点逐行填写，事项各列可只填第一行", "Q01", required=True),
        _text("category", "抽查类别", "抽查类别", "登记注册", required=True, aliases=("类别",)),
        _text("name", "抽查事项", "抽查事项名称", "登记事项检查", required=True, aliases=("事项名称",)),
        _text("name_en", "英文名称", "可不填", "Registration particulars"),
        _text("sub_item", "子项", "可不填", "住所", aliases=("抽查子项",)),
        _text("content", "检查内容", "可不填", "住所（经营场所）是否与登记一致", 4000),
        _text("legal_basis", "检查依据", "法律、法规、规章", "《中华人民共和国公司法》", 4000, required=True),
        _text("executing_body", "检查主体", "实施检查的部门", "县级以上市场监督管理部门", aliases=("实施主体",)),
        _list("joint_departments", "联合部门", "部门联合抽查的配合部门", "公安、住房城乡建设"),
        Column(
            "object_kinds",
            "检查对象类型",
            cells.read_choices(WORDS[ObjectKind]),
            "多项用“、”分隔：" + "、".join(zh for zh, _ in WORDS[ObjectKind].values()),
            "企业、个体工商户",
            True,
            ("对象类型",),
            WORDS[ObjectKind],
            [],
        ),
        _choice("method", "检查方式", Method, "实地核查", required=True),
        Column("key", "重点事项", cells.read_bool, "是：重点检查事项；否：一般检查事项", "否", True, empty=None),
        Column("ratio_cap", "抽查比例上限", cells.read_ratio, "一般事项必填，如 5%", "5%", empty=None),
        Column("frequency_cap", "年度频次上限", cells.read_count, "每户每年最多次数；空为不限", "1", empty=None),
        Column("random_fit", "适合随机抽查", cells.read_bool, "空为“是”", "是", empty=True),
        _text("unfit_reason", "不适合原因", "不适合随机抽查时必填", ""),
        _list("qualifications", "人员资格要求", "检查组须有人具备的资格代码", "food_safety"),
        Column("applies", "适用条件", cells.read_json, "空为全部对象；规则格式见导出文件", "", empty=None),
        Column("guidance", "工作指引", cells.read_json, "可不填；格式见导出文件", "", empty={}),
        _day("effective_from", "施行日期", "2026-12-01", required=True, aliases=("生效日期",)),
        _OWNER,
        _code("point", "要点编码", "每行一个检查要点", "Q01.1", required=True, of_point=True),
        _text("title", "检查要点", "要点名称", "通过登记的住所能够取得联系", required=True, of_point=True),
        _text("title_en", "要点英文名称", "可不填", "Reachable at the registered address", of_point=True),
        _text("point_guidance", "检查方法", "怎样检查、怎样判定", "先实地寻找，再拨打登记电话", 4000, of_point=True),
        Column("required", "必查", cells.read_bool, "空为“是”", "是", empty=True, of_point=True),
        Column("settings", "要点设置", cells.read_json, "可不填；格式见导出文件", "", empty=PLAIN_POINT, of_point=True),
    ),
)

_OBJECTS = Table(
    ImportKind.OBJECTS,
    "检查对象名录库",
    ("code",),
    (
        _object_code("code"),
        _text(
            "name",
            "名称",
            "营业执照上的名称",
            "秦皇岛示例食品有限公司",
            required=True,
            aliases=("企业名称", "对象名称", "市场主体名称", "主体名称"),
        ),
        _choice("kind", "对象类型", ObjectKind, "企业", required=True, aliases=("主体类型", "类型")),
        _region(),
        Column(
            "authority", "登记机关", cells.read_body, "登记机关代码或全称", "SHG", True, ("登记机关代码", "管辖机关")
        ),
        _day("registered_on", "成立日期", "2020-03-18", required=True, aliases=("注册日期", "登记日期", "注册时间")),
        _choice("status", "登记状态", ObjectStatus, "存续", required=True, aliases=("经营状态", "状态")),
        _text("industry", "行业", "行业门类或代码", "食品零售", aliases=("行业门类", "行业代码")),
        _text(
            "address",
            "住所",
            "住所（经营场所）",
            "河北省秦皇岛市山海关区示例路 1 号",
            400,
            aliases=("地址", "经营场所", "住所(经营场所)", "注册地址"),
        ),
        _list("libraries", "分类子库", "所属分类子库", "食品、特种设备"),
        _list("tags", "标签", "标签代码", "food_seller"),
        _list("licences", "许可", "持有的许可种类", "food_operation", aliases=("许可证", "持有许可")),
        _choice("risk", "风险等级", RiskLevel, "A 低风险", aliases=("信用风险分类", "风险类别", "风险分类")),
        _text("legal_representative", "法定代表人", "法定代表人或经营者", "甲乙", aliases=("负责人", "经营者", "法人")),
        _text("phone", "联系电话", "联系电话", "0335-5550001", 64, aliases=("电话", "手机")),
        _OWNER,
    ),
)

_INSPECTORS = Table(
    ImportKind.INSPECTORS,
    "执法检查人员名录库",
    ("code",),
    (
        _code("code", "人员编号", "本系统内的唯一编号", "SHG-0001", required=True, aliases=("编号",)),
        _text("name", "姓名", "姓名", "甄查一", 64, required=True),
        _region(),
        _text("department", "科室", "可不填", "食品科", aliases=("部门",)),
        _code(
            "certificate_no",
            "执法证号",
            "行政执法证号；该列请保持文本格式",
            "SAMPLE-130303-0001",
            required=True,
            aliases=("证件号", "执法证编号"),
        ),
        _day(
            "certificate_expires_on", "执法证有效期至", "2030-06-30", required=True, aliases=("有效期至", "证件有效期")
        ),
        _list("qualifications", "资格", "资格代码", "general、food_safety"),
        _list("specialities", "专长", "业务专长", "食品安全"),
        _text(
            "phone",
            "联系电话",
            "供同组检查人员联系，不对外公开",
            "0335-5550003",
            40,
            aliases=("电话", "手机", "手机号"),
            later=True,
        ),
        _OWNER,
        _choice("status", "在岗状态", InspectorStatus, "在岗", required=True, aliases=("状态",)),
    ),
)

_EXPERTS = Table(
    ImportKind.EXPERTS,
    "专家库",
    ("code",),
    (
        _code("code", "专家编号", "本系统内的唯一编号", "EXP-0001", required=True, aliases=("编号",)),
        _text("name", "姓名", "姓名", "庄嘉", 64, required=True),
        _text("organisation", "工作单位", "工作单位", "秦皇岛示例检测中心", required=True, aliases=("单位",)),
        _list("specialities", "专业", "专业领域", "特种设备", aliases=("专长",)),
        _text("phone", "联系电话", "联系电话", "0335-5550002", 64, aliases=("电话",)),
        _region("130300"),
        _OWNER,
        _choice("status", "状态", ExpertStatus, "在库", required=True),
    ),
)

_RECUSALS = Table(
    ImportKind.RECUSALS,
    "回避名单",
    ("inspector", "object"),
    (
        _code("inspector", "人员编号", "执法检查人员编号", "SHG-0001", required=True, aliases=("检查人员编号",)),
        _object_code(),
        _text("reason", "回避原因", "回避原因", "近亲属在该企业任职", required=True, aliases=("原因", "回避事由")),
        _choice("raised_by", "提出方", RecusalSource, "对象申请", required=True),
    ),
)

_RISKS = Table(
    ImportKind.RISK,
    "信用风险分类",
    ("object", "effective_on"),
    (
        _object_code(),
        _choice(
            "risk", "风险等级", RiskLevel, "A 低风险", required=True, aliases=("信用风险分类", "风险类别", "风险分类")
        ),
        _day("effective_on", "生效日期", "2026-11-01", required=True, aliases=("评定日期", "分类日期")),
    ),
)

_LICENCES = Table(
    ImportKind.LICENCES,
    "许可信息",
    ("object", "kind", "number", "effective_on"),
    (
        _object_code(),
        _text("kind", "许可种类", "许可种类代码", "food_operation", 64, required=True, aliases=("许可类型",)),
        _text(
            "number",
            "许可证编号",
            "许可证编号；该列请保持文本格式",
            "JY11303030000001",
            64,
            required=True,
            aliases=("许可证号", "证号"),
        ),
        _text("issuing_body", "发证机关", "发证机关", "秦皇岛市山海关区市场监督管理局"),
        _day("valid_from", "有效期自", "2024-01-01", required=True, aliases=("发证日期",)),
        _day("valid_to", "有效期至", "2028-12-31"),
        _choice("status", "许可状态", LicenceStatus, "有效", required=True, aliases=("状态",)),
        _day("effective_on", "生效日期", "2024-01-01", required=True, aliases=("变更日期",)),
    ),
)

TABLES: Mapping[ImportKind, Table] = {
    table.kind: table for table in (_ITEMS, _OBJECTS, _INSPECTORS, _EXPERTS, _RECUSALS, _RISKS, _LICENCES)
}
