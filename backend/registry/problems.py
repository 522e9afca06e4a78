"""What can go wrong in the registry."""

from backend.foundation.problems import Duplicate, InvalidInput, NotAllowed, StateConflict


class EntryInvalid(InvalidInput):
    """An entry breaks a rule of the directories; `errors` names each field."""

    slug = "entry-invalid"
    title = "条目内容有误"
    title_en = "The entry breaks a rule"


class AlreadyListed(Duplicate):
    """The directory has an entry of that code or certificate."""

    slug = "already-listed"
    title = "名录库中已有"
    title_en = "Already in the directory"


class NotYours(NotAllowed):
    """谁建立谁管理: another body maintains the entry."""

    slug = "not-yours"
    title = "该条目由其他单位维护"
    title_en = "Another body maintains this"


class EntryChanged(StateConflict):
    """Somebody else changed the entry since it was read."""

    slug = "entry-changed"
    title = "条目已被他人修改"
    title_en = "Somebody else has changed this"


class WrongItemState(StateConflict):
    """The item has no version that allows this."""

    slug = "wrong-item-state"
    title = "事项当前状态不允许此操作"
    title_en = "Not possible in the item's present state"


class AlreadyRecused(Duplicate):
    """The two are kept apart already."""

    slug = "already-recused"
    title = "已有回避登记"
    title_en = "Already recused"


class AlreadyWithdrawn(StateConflict):
    """The recusal was withdrawn before."""

    slug = "already-withdrawn"
    title = "回避已撤销"
    title_en = "Already withdrawn"
