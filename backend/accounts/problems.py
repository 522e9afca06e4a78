"""What can go wrong when signing in and enrolling."""

from backend.foundation.problems import Problem


class WrongCredentials(Problem):
    """Name or password is wrong, or the account is closed; which of them is not said."""

    slug = "wrong-credentials"
    title = "用户名或密码不正确"
    title_en = "Wrong username or password"
    status = 401


class AccountLocked(Problem):
    """Too many wrong passwords in a row from here, or from strangers altogether."""

    slug = "account-locked"
    title = "请稍后再登录"
    title_en = "Wait a while before signing in"
    status = 429

    def __init__(self, seconds: int) -> None:
        minutes = -(-seconds // 60)
        super().__init__(
            f"密码连续输错，请在 {minutes} 分钟后再试。",
            f"Too many wrong passwords; try again in {minutes} minutes.",
            headers={"Retry-After": str(seconds)},
        )


class SessionEnded(Problem):
    """The refresh token is unknown, expired, revoked or was replayed."""

    slug = "session-ended"
    title = "会话已结束，请重新登录"
    title_en = "The session has ended; sign in again"
    status = 401


class BadPublicKey(Problem):
    """The key is not a P-256 public key."""

    slug = "bad-public-key"
    title = "设备公钥无效"
    title_en = "Not a P-256 public key"
    status = 422


class ReplicaTaken(Problem):
    """The id belongs to another installation or person."""

    slug = "replica-taken"
    title = "此设备编号已被使用"
    title_en = "This replica id is taken"
    status = 409


class ReplicaRevoked(Problem):
    """The installation was revoked; its work is kept but nothing new is accepted as its own."""

    slug = "replica-revoked"
    title = "此设备已被吊销"
    title_en = "This device has been revoked"
    status = 410


class CodeNeeded(Problem):
    """Here a password alone enrols no phone."""

    slug = "code-needed"
    title = "登记设备需要一次性登记码"
    title_en = "Enrolling a device needs a one-time code"
    status = 403


class CodeUnknown(Problem):
    """The enrolment code is wrong, used, replaced, expired or another account's; which of them is not said."""

    slug = "code-unknown"
    title = "登记码无效"
    title_en = "This enrolment code is not valid"
    status = 422


class WrongPassword(Problem):
    """Somebody who is signed in gave a wrong password; no 401, as the session is all right."""

    slug = "wrong-password"
    title = "密码不正确"
    title_en = "Wrong password"
    status = 422
