"""Papers as PDF by typst: our own templates, data as JSON, pictures as files, no network."""

import json
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import structlog
import typst

from backend.papers.problems import NotTypeset

log = structlog.get_logger(__name__)
TEMPLATES = Path(__file__).parent / "templates"
# Debian's has rare characters and a bold face; the packaged one is always there.
FAMILIES = ("Noto Sans CJK SC", "Noto Sans SC")


@cache
def _fonts() -> tuple[typst.Fonts, str]:
    fonts = typst.Fonts(font_paths=[str(Path(pylopdf_fonts_zh_cn.__file__).parent)])
    present = set(fonts.families())
    return fonts, next(family for family in FAMILIES if family in present)


def typeset(template: str, data: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    """The PDF of a template, its data and its pictures by file name. Raises NotTypeset.

    An unknown font gives a PDF without its text and only a warning, so a warning refuses too.
    """
    fonts, family = _fonts()
    with tempfile.TemporaryDirectory(prefix="suicha-paper-") as folder:
        root = Path(folder)
        for source in TEMPLATES.glob("*.typ"):
            (root / source.name).write_bytes(source.read_bytes())
        (root / "data.json").write_text(json.dumps({**data, "font": family}, ensure_ascii=False))
        for name, content in pictures.items():
            (root / name).write_bytes(content)
        compiler = typst.Compiler(root / f"{template}.typ", root=root, font_paths=fonts)
        try:
            pdf, warnings = compiler.compile_with_warnings(format="pdf")
        except typst.TypstError as error:
            log.error("paper_refused", template=template, why=error.message)
            raise NotTypeset() from error
    if warnings:
        log.error("paper_warned", template=template, why=[warning.message for warning in warnings])
        raise NotTypeset()
    assert isinstance(pdf, bytes)
    return pdf
