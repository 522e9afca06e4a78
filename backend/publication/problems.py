"""What can keep a document from being published."""

from backend.foundation.problems import StateConflict


class FilesMissing(StateConflict):
    """Photos or signatures of the record have not all arrived; publication waits for them."""

    slug = "files-missing"
    title = "照片或签名尚未全部上传，暂不能公示"
    title_en = "Photos or signatures have not all arrived"


class NotSignedOff(StateConflict):
    """Only a signed-off record is published."""

    slug = "not-signed-off"
    title = "尚未公示审批，不能公示"
    title_en = "Not signed off for publication"
