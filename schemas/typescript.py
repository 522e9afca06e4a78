"""Writes the vocabulary as TypeScript, so that screens and server use one list of codes and words."""

import json

from schemas.words import WORDS


def vocabulary_source() -> str:
    """The source of `pwa/src/contracts/vocabulary.ts`."""
    parts = ["// Generated from schemas/words.py by `make contracts`; do not edit.\n"]
    for kind, words in WORDS.items():
        codes = " | ".join(json.dumps(code) for code in words)
        parts.append(f"export type {kind.__name__} = {codes}")
        rows = ",\n".join(
            f"  {json.dumps(code)}: [{json.dumps(zh, ensure_ascii=False)}, {json.dumps(en)}]"
            for code, (zh, en) in words.items()
        )
        name = kind.__name__[0].lower() + kind.__name__[1:]
        parts.append(f"export const {name}Words: Record<{kind.__name__}, [zh: string, en: string]> = {{\n{rows},\n}}\n")
    return "\n".join(parts)
