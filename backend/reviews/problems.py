"""Why a record can not be decided on as asked."""

from backend.foundation.problems import InvalidInput, StateConflict


class StaleRevision(StateConflict):
    """The reader looked at another revision than the one that now stands."""

    slug = "stale-revision"
    title = "记录已有新的版本，请重新打开"
    title_en = "There is another revision now; open the record again"


class AlreadyDecided(StateConflict):
    """The record does not wait for this decision, or no longer."""

    slug = "already-decided"
    title = "此记录当前不待您作此决定"
    title_en = "The record does not wait for this decision"


class FilesMissing(StateConflict):
    """Files that the record names have not arrived."""

    slug = "files-missing"
    title = "照片或签名尚未全部上传"
    title_en = "Photos or signatures have not all arrived"


class Undecided(StateConflict):
    """Somebody must decide first: values in conflict, or operations kept aside."""

    slug = "undecided"
    title = "尚有冲突或待定的内容未处理"
    title_en = "Conflicts or operations kept aside are undecided"


class NotOpen(StateConflict):
    """An operation is admitted only while the record is open; a submitted one must be returned first."""

    slug = "not-open"
    title = "请先退回记录，再采纳此项"
    title_en = "Return the record before admitting this"


class SeparationOfDuties(StateConflict):
    """检查人, 审核人 and 公示审批人 of one inspection are three different persons."""

    slug = "separation-of-duties"
    title = "检查人、审核人、公示审批人须为不同的人"
    title_en = "Inspector, reviewer and supervisor must be different persons"


class DigestMismatch(StateConflict):
    """The digest to be signed is not that of the sealed record."""

    slug = "digest-mismatch"
    title = "所签内容与封存的记录不一致，请重新打开"
    title_en = "What was to be signed is not the sealed record; open it again"


class BadSignature(InvalidInput):
    """The picture of the signature is no PNG, too large, or empty."""

    slug = "bad-signature"
    title = "签名图片无效"
    title_en = "The picture of the signature is not valid"
