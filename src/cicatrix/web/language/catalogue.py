"""Collect every text of the pages for the translator, and compile what was translated.

`make words` runs it: Python files and templates of the web, and the core's sentences, become
locale/zh_Hans/LC_MESSAGES/django.po, sorted and without line numbers; translations are kept, what
nobody says any more is dropped, nothing is guessed. The .mo beside it is what a server reads.
No program of the system is needed, and no page needs this module.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from cicatrix.store.blobs import write_durably
from cicatrix.web.language.refusals import CONTEXT, LOCALES
from cicatrix.web.language.sentences import patterns

PACKAGE = Path(__file__).parents[2]
WEB = PACKAGE / "web"
CORE = (PACKAGE / "trial", PACKAGE / "store", PACKAGE / "measures")
LOCALE = "zh_Hans"
PO = LOCALES / LOCALE / "LC_MESSAGES" / "django.po"

_KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **{f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext")},
    "npgettext_lazy": DEFAULT_KEYWORDS["npgettext"],
    "gettext_noop": None,
}
_HEADER = f"""msgid ""
msgstr ""
"Language: {LOCALE}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
# A date in the header would change the file each time; the translations' own history has it.
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """One text as the code says it; `plural` is empty where it has none."""

    text: str
    plural: str = ""
    context: str = ""


def collected() -> tuple[Said, ...]:
    """List every text that a page can say, sorted, each once."""
    found = {Said(pattern, context=CONTEXT) for pattern in patterns(CORE)}
    for file in sorted(WEB.rglob("*.py")):
        found.update(_in_python(file.read_text("utf-8")))
    for ending in ("html", "txt", "js"):
        for file in sorted((WEB / "templates").rglob(f"*.{ending}")):
            found.update(_in_template(file.read_text("utf-8"), str(file)))
    return tuple(sorted(found))


def catalogue_of(texts: tuple[Said, ...], known: Catalog) -> Catalog:
    """Make the catalogue of some texts with the translations already known of them."""
    made = _empty()
    for one in texts:
        identity = (one.text, one.plural) if one.plural else one.text
        before = known.get(one.text, context=one.context or None)
        string = before.string if before is not None and before.id == identity else None
        made.add(identity, string, context=one.context or None)
    return made


def read() -> Catalog:
    """Read the catalogue as it is kept, empty where there is none yet."""
    if not PO.exists():
        return _empty()
    with PO.open("rb") as opened:
        return read_po(opened, locale=LOCALE)


def po_text(catalogue: Catalog) -> str:
    """Write a catalogue as the text of a .po file."""
    written = BytesIO()
    write_po(written, catalogue, no_location=True, omit_header=True, sort_output=True, width=100)
    return _HEADER + written.getvalue().decode("utf-8")


def mo_bytes(catalogue: Catalog) -> bytes:
    """Compile what is translated of a catalogue: the rest stays English on the page."""
    translated = _empty()
    for message in catalogue:
        if message.id and _translated(message):
            translated.add(message.id, message.string, context=message.context)
    written = BytesIO()
    write_mo(written, translated)
    return written.getvalue()


def untranslated(catalogue: Catalog) -> tuple[str, ...]:
    """List what has no translation yet."""
    return tuple(
        _singular(message.id) for message in catalogue if message.id and not _translated(message)
    )


def update() -> Catalog:
    """Bring the .po and the .mo up to date with the code."""
    catalogue = catalogue_of(collected(), read())
    PO.parent.mkdir(parents=True, exist_ok=True)
    write_durably(PO, po_text(catalogue).encode("utf-8"))
    write_durably(PO.with_suffix(".mo"), mo_bytes(catalogue))
    return catalogue


def _empty() -> Catalog:
    return Catalog(locale=LOCALE, fuzzy=False, creation_date=_UNDATED, revision_date=_UNDATED)


def _in_python(source: str) -> Iterator[Said]:
    for _, found, _, context in extract(
        "python", BytesIO(source.encode()), keywords=_KEYWORDS, options={"encoding": "utf-8"}
    ):
        text, plural = found if isinstance(found, tuple) else (found, "")
        yield Said(text, plural, context or "")


def _in_template(source: str, origin: str) -> Iterator[Said]:
    """Read a template: Django turns its tags into calls among blanked text, one of them a line."""
    calls = [line.strip() for line in templatize(source, origin=origin).splitlines()]
    return _in_python("\n".join(calls))


def _singular(identity: str | tuple[str, ...] | list[str]) -> str:
    return identity if isinstance(identity, str) else identity[0]


def _translated(message: Message) -> bool:
    """Tell whether a text has its translation, in every form that the language has of it."""
    if isinstance(message.string, str):
        return bool(message.string)
    return bool(message.string) and all(message.string or ())


def main() -> None:
    """Update the catalogue and name what is still to be translated."""
    catalogue = update()
    missing = untranslated(catalogue)
    for text in missing:
        print(text)
    print(f"{len(catalogue)} texts, {len(missing)} of them without Chinese: {PO}", file=sys.stderr)


if __name__ == "__main__":
    main()
