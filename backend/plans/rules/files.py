"""Which files a plan takes, told by their content."""

import io
import zipfile

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def file_type(name: str, content: bytes) -> str | None:
    """The type of a PDF or Word file whose name says the same; none for anything else."""
    ending = name.rpartition(".")[2].lower()
    if ending == "pdf" and content.startswith(b"%PDF-"):
        return PDF
    if ending == "docx" and _is_word(content):
        return DOCX
    return None


def _is_word(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            # The list of parts only: nothing is unpacked here. A file with macros is not a docx.
            names = set(parts.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return {"[Content_Types].xml", "word/document.xml"} <= names and "word/vbaProject.bin" not in names
