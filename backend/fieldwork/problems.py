"""What can go wrong between a phone and the server."""

from backend.foundation.problems import NotAllowed, Problem, StateConflict


class ForeignReplica(NotAllowed):
    """The replica is not enrolled, or it is another person's."""

    slug = "foreign-replica"
    title = "设备与登录人不符"
    title_en = "This replica is not enrolled for this person"


class BadSignature(NotAllowed):
    """The batch was not signed by the replica that it names."""

    slug = "bad-signature"
    title = "操作签名无效"
    title_en = "The signature over these operations is not valid"


class ReplicaRevoked(Problem):
    """The installation was revoked: its unsent work comes in by the rescue file only."""

    slug = "replica-revoked"
    title = "此设备已被吊销"
    title_en = "This device has been revoked"
    status = 410


class Gap(StateConflict):
    """Operations are missing before these; `expect` says from which number to resend."""

    slug = "gap"
    title = "前面的操作尚未收到"
    title_en = "Earlier operations are missing"

    def __init__(self, expect: int) -> None:
        super().__init__(f"请从第 {expect} 条重新发送。", f"Resend from {expect}.", extra={"expect": expect})


class Fork(StateConflict):
    """This replica's number is taken by other content: the phone was copied or restored. Both are kept."""

    slug = "fork"
    title = "此设备的操作记录出现分叉"
    title_en = "This replica's history has forked"

    def __init__(self, seq: int) -> None:
        super().__init__(
            f"从第 {seq} 条起与已收到的不一致，两份均已保存；请以新设备编号重发。",
            f"From {seq} on it differs from what was received; both are kept. Reissue under a new replica.",
            extra={"seq": seq},
        )


class DivergedLog(StateConflict):
    """The reader's chain is not the server's: read again from 0."""

    slug = "diverged"
    title = "服务器记录与本机不一致，请重新读取"
    title_en = "The log is not the one read before; read it again from 0"

    def __init__(self, head: int) -> None:
        super().__init__(extra={"head": head})


class BatchTooLarge(Problem):
    """More than 500 operations or 1 MiB in one batch: send halves."""

    slug = "batch-too-large"
    title = "一次发送的内容过多"
    title_en = "Too much in one batch"
    status = 413


class BadEncoding(Problem):
    """The body is not JSON, or its gzip coding is broken."""

    slug = "bad-encoding"
    title = "请求内容无法解读"
    title_en = "The body cannot be decoded"
    status = 400


class MalformedBatch(Problem):
    """Not a batch of this protocol; nothing of it was stored."""

    slug = "malformed-batch"
    title = "操作格式有误，服务器没有接收"
    title_en = "Malformed operations; nothing was stored"
    status = 422


class ClientTooOld(Problem):
    """The app speaks a generation of the protocol that is no longer accepted; its work stays on the phone."""

    slug = "client-too-old"
    title = "应用版本过旧，请更新后再同步"
    title_en = "This version of the app is too old; update it"
    status = 426


class OperationRefused(StateConflict):
    """The record's present state does not allow this decision."""

    slug = "operation-refused"
    title = "记录的当前状态不允许此决定"
    title_en = "The record's present state does not allow this decision"

    def __init__(self, code: str) -> None:
        super().__init__(
            "记录已变化，请刷新后再决定。",
            f"The record does not allow this now ({code}).",
            extra={"reason": code},
        )


class UnsupportedTus(Problem):
    """The request does not speak tus 1.0.0."""

    slug = "unsupported-tus"
    title = "上传协议版本不受支持"
    title_en = "Only tus 1.0.0 is spoken here"
    status = 412

    def __init__(self) -> None:
        super().__init__(headers={"Tus-Version": "1.0.0"})


class UploadTooLarge(Problem):
    """The file is larger than its kind may be."""

    slug = "upload-too-large"
    title = "文件过大"
    title_en = "The file is too large"
    status = 413


class UploadsUnnamed(Problem):
    """Too many bytes lie here that no record names; a phone keeps its files and tries again by itself.

    Apps of every age take a 5xx for something that passes, and set no file aside for it.
    """

    slug = "uploads-unnamed"
    title = "已上传的文件超过限额，稍后自动重试"
    title_en = "Too much was uploaded that no record names yet; it is tried again later"
    status = 507
    # Whoever runs the server should look: a phone is stuck, or in wrong hands.
    alarm = True

    def __init__(self, limit: int) -> None:
        size = f"{limit / 1024**2:.0f} MB"
        super().__init__(
            f"已上传而尚无检查记录引用的文件达到 {size}。照片仍保存在本机；检查记录送达后自动继续。",
            f"{size} of files wait for a record that names them. This one is kept on the phone and goes on by itself.",
        )


class OffsetMismatch(StateConflict):
    """The bytes do not continue what has arrived; `offset` says how many have."""

    slug = "offset-mismatch"
    title = "续传位置不符"
    title_en = "These bytes do not continue the upload"

    def __init__(self, offset: int) -> None:
        super().__init__(extra={"offset": offset}, headers={"Upload-Offset": str(offset)})


class ChecksumMismatch(Problem):
    """The bytes are not those that the digest promises."""

    slug = "checksum-mismatch"
    title = "文件校验值不符"
    title_en = "The checksum does not match"
    status = 460


class WrongFileType(Problem):
    """By its content the file is none of the allowed kinds, or not the one announced."""

    slug = "wrong-file-type"
    title = "文件类型不允许"
    title_en = "Not an allowed kind of file"
    status = 415


class UploadBusy(Problem):
    """Another request is writing to this upload."""

    slug = "upload-busy"
    title = "此文件正在上传"
    title_en = "This upload is being written"
    status = 423
