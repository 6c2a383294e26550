"""Filters for what a page says, in the page's language: `{% load words %}`.

`{{ day|written }}` `{{ day|written_short }}` `{{ moment|at:zone }}` `{{ moment|clock:zone }}`
write dates and times, `{{ value|number:2 }}` `{{ share|percent:1 }}` numbers, `{{ items|listed }}`
a list. `{{ texts|in_language }}` chooses a study file's text, `{{ code|named }}` words a code of
ours (a role, a fact's kind, a status), `{{ problem|told }}` says a refusal and
`{{ sentence|said:study }}` any other sentence of the core: a line of the lock's checklist, an edit
check's query. All give plain text, which the template escapes.
"""

from django import template

from cicatrix.web.language import names, refusals

register = template.Library()

register.filter("written", names.written)
register.filter("written_short", names.written_short)
register.filter("at", names.at)
register.filter("clock", names.clock)
register.filter("number", names.number)
register.filter("percent", names.percent)
register.filter("listed", names.listed)
register.filter("named", names.named)
register.filter("told", refusals.told)
register.filter("said", refusals.said)


@register.filter
def in_language(texts: dict[str, str]) -> str:
    """Choose a study file's text in the page's language."""
    return names.text_in(texts, names.tag())
