"""The copy of a consent as a PDF to keep: the text, the releases, and who signed it when.

It says what the page says (pages/mine_consent.py) and no more. The layout is consent_copy.typ,
which typeset.py draws.
"""

from pathlib import Path

from babel import Locale, UnknownLocaleError
from django.utils.translation import gettext as _

from cicatrix.trial.participant import Participant
from cicatrix.trial.study import Study
from cicatrix.web.hers import Signed
from cicatrix.web.language.names import at, tag, text_in, written
from cicatrix.web.typeset import typeset

_LAYOUT = Path(__file__).with_name("consent_copy.typ")


def consent_pdf(study: Study, her: Participant, signed: Signed) -> bytes:
    """Draw the copy of one signed consent."""
    return typeset(_LAYOUT, consent_copy(study, her, signed))


def consent_copy(study: Study, her: Participant, signed: Signed) -> dict[str, object]:
    """Put together what the copy says, as shown words."""
    site = study.site[her.site]
    labels = {one.id: one.label for one in study.consent.releases}
    return {
        "lang": tag().partition("-")[0],
        "title": _("Consent"),
        "subtitle": text_in(study.title, signed.language),
        "head": f"{study.id} · {her.id}",
        "facts": [
            [_("Version"), signed.version],
            [_("Language"), language_name(signed.language)],
            [_("Site"), text_in(site.name, tag())],
        ],
        "text": (signed.text or no_text()).split("\n"),
        "granted": _("You also agreed to this:") if signed.releases else _("No release granted."),
        "releases": [
            text_in(labels.get(one, {"": one}), signed.language) for one in signed.releases
        ],
        "signature": signature_line(her, signed, site.timezone),
    }


def signature_line(her: Participant, signed: Signed, zone: str) -> str:
    """Say who signed, when and how."""
    if signed.herself:
        return _("Signed by {participant} with her password on {time}.").format(
            participant=her.id, time=at(signed.at, zone)
        )
    return _(
        "Signed by {participant} on {day}; the site recorded it on {time}. The paper that was "
        "signed is kept at the site."
    ).format(participant=her.id, day=written(signed.on), time=at(signed.at, zone))


def no_text() -> str:
    """Say that the text of an old version is not at hand."""
    return _("The text of this version is not kept here any more; your site has it on paper.")


def language_name(language: str) -> str:
    """Name a language in that language."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return language
    if locale.language == "zh":
        return "中文"
    return (locale.get_language_name(locale) or language).capitalize()
