"""What an uploaded table can be refused for as a whole; single bad rows are faults of the dry run."""

from backend.foundation.problems import Problem


class UnreadableFile(Problem):
    """The file is no table that can be read; the detail says what it is and how to mend it."""

    slug = "unreadable-file"
    title = "文件无法读取"
    title_en = "The file cannot be read"
    status = 422


class FileTooLarge(Problem):
    """The file has more bytes, rows or unpacked data than an import takes."""

    slug = "file-too-large"
    title = "文件过大"
    title_en = "The file is too large"
    status = 413


class WrongColumns(Problem):
    """The header row lacks columns, or has ones that nobody knows."""

    slug = "wrong-columns"
    title = "表头与模板不一致"
    title_en = "The header row does not fit the template"
    status = 422
