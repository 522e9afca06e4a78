"""What can go wrong with papers."""

from backend.foundation.problems import NotFound, Problem


class UnknownCheckCode(NotFound):
    """The code on the paper names no inspection of ours."""

    slug = "unknown-check-code"
    title = "核验码无效，请核对通知书或拨打监管部门公开电话"
    title_en = "Unknown check code: compare it with the notice, or call the authority"


class NotTypeset(Problem):
    """The typesetter refused or lacked a font; half a paper is worse than none."""

    slug = "not-typeset"
    title = "文书暂时无法生成"
    title_en = "The paper cannot be made now"
    status = 503
    alarm = True
