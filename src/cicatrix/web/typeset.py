"""A document of shown words as a PDF: a layout of Typst's, and the words as its data.

No word is markup, whoever wrote it. Fonts are Typst's own, so that the same words give the same
bytes on every machine; a system font is used only where a text has signs that those lack. What a
document says is for consent_copy.py and forms/casebook.py.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import typst

_FIRST_CJK = 0x2E80


def typeset(layout: Path, words: Mapping[str, object]) -> bytes:
    """Draw words by a layout, which finds them as `sys.inputs.words`."""
    content = json.dumps(words, ensure_ascii=False)
    foreign = any(ord(character) >= _FIRST_CJK for character in content)
    return bytes(
        typst.compile(
            layout.read_bytes(), sys_inputs={"words": content}, ignore_system_fonts=not foreign
        )
    )
