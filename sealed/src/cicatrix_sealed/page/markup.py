"""The page as HTML: one frame, one style, and pieces that escape whatever they are given.

There is no script, no picture and nothing from elsewhere: the style stands in the page and is
allowed by its digest. It is read on a telephone in the dark, so it is large and quiet. What a
page says is in pages.py, its words in wording.py.
"""

import base64
from collections.abc import Iterable, Mapping
from hashlib import sha256
from html import escape

from cicatrix_sealed.page.wording import Wording

BASE = "/custody"
"""All pages lie below it, and so does the cookie: a browser sends cookies to every port."""

STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --quiet: #5b6675; --line: #d5dae1;
  --paper: #f6f7f9; --card: #fff; --act: #1f5f8b; --on-act: #fff; --bad: #9b2c1f; --told: #e8f0f6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --quiet: #9aa6b5; --line: #353d49;
  --paper: #12161c; --card: #1b2129; --act: #6fb1de; --on-act: #0c1620; --bad: #f0958a;
  --told: #1d2c3a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.5 system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
header, main { max-width: 36rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center;
  gap: 0 1rem; min-height: 3.5rem; color: var(--quiet); font-size: .9375rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 1rem 0 .25rem; }
h2 { font-size: 1.125rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; }
.quiet, .hint { color: var(--quiet); }
.hint { font-size: .9375rem; margin: 0 0 .375rem; }
a { color: var(--act); }
form.card, a.card, li, .told { display: block; background: var(--card); margin: 1rem 0;
  border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; }
a.card { text-decoration: none; }
a.first, a.done { background: var(--act); color: var(--on-act); border-color: var(--act); }
a.card.first span { color: var(--on-act); }
a.done { display: block; text-align: center; text-decoration: none; font-weight: 600;
  border-radius: .5rem; padding: .875rem 1rem; margin: 1.25rem 0; }
a.back { display: inline-block; padding: .75rem .75rem .75rem 0; }
a.card strong { font-size: 1.125rem; }
a.card span { color: var(--quiet); display: block; }
label { display: block; font-weight: 600; margin: 1rem 0 .125rem; }
form > label:first-of-type { margin-top: 0; }
input, select { width: 100%; min-height: 3rem; padding: .5rem .75rem; font: inherit;
  color: inherit; background: var(--paper); border: 1px solid var(--quiet); border-radius: .5rem; }
button { width: 100%; min-height: 3.25rem; margin-top: 1.25rem; padding: .5rem 1rem; font: inherit;
  font-weight: 600; color: var(--on-act); background: var(--act); border: 0;
  border-radius: .5rem; cursor: pointer; }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
header a { padding: .625rem .5rem; }
header nav { display: flex; align-items: center; }
header form { margin: 0; }
header button { width: auto; min-height: 2.75rem; margin: 0; padding: .25rem .5rem;
  background: none; color: var(--act); font-weight: 400; }
.bad { color: var(--bad); background: var(--card); border-left: .25rem solid var(--bad);
  padding: .75rem 1rem; border-radius: .25rem; margin: 1rem 0; }
.told { background: var(--told); }
.told strong { display: block; font-size: 1.75rem; line-height: 1.3; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .125rem 1rem; margin: .75rem 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; margin: .75rem 0; }
th, td { text-align: left; padding: .5rem .5rem .5rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
td { overflow-wrap: anywhere; }
th { white-space: nowrap; color: var(--quiet); font-weight: 400; font-size: .9375rem; }
ul { list-style: none; padding: 0; margin: 0; }
li { margin: .5rem 0; padding: .75rem 1rem; overflow-wrap: anywhere; }
""".strip()

POLICY = (
    "default-src 'none'; "
    f"style-src 'sha256-{base64.b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def frame(
    words: Wording, *, title: str, body: str, head: str = "", trial: str = "", closes: bool = False
) -> str:
    """Put a page together; one that closes leads to the first page after five minutes."""
    refresh = f'<meta http-equiv="refresh" content="300;url={BASE}/">' if closes else ""
    return (
        f'<!doctype html>\n<html lang="{words.tag}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{refresh}<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><header><span>{escape(trial or words.title)}</span><nav>{head}</nav></header>"
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>\n"
    )


def paragraph(text: str, kind: str = "") -> str:
    """Give a paragraph, of a kind that the style knows."""
    if kind == "bad":
        return f'<p class="bad" role="alert">{escape(text)}</p>'
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def field(
    name: str, label: str, *, value: str = "", hint: str = "", secret: bool = False,
    fill: str = "", first: bool = False,
) -> str:  # fmt: skip
    """Give a labelled field; `fill` is what a browser may fill in, `first` where typing begins."""
    about = f'<p class="hint" id="{name}-hint">{escape(hint)}</p>' if hint else ""
    described = f' aria-describedby="{name}-hint"' if hint else ""
    kind = "password" if secret else "text"
    return (
        f'<label for="{name}">{escape(label)}</label>{about}'
        f'<input id="{name}" name="{name}" type="{kind}" value="{escape(value)}" required'
        f' maxlength="500" autocomplete="{fill or "off"}" autocapitalize="none" spellcheck="false"'
        f"{described}{' autofocus' if first else ''}>"
    )


def choice(name: str, label: str, options: Mapping[str, str], *, chosen: str = "") -> str:
    """Give a labelled list to choose one from; a list of one is chosen already."""
    listed = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(text)}</option>"
        for value, text in options.items()
    )
    empty = "" if len(options) == 1 else '<option value=""></option>'
    return (
        f'<label for="{name}">{escape(label)}</label>'
        f'<select id="{name}" name="{name}" required>{empty}{listed}</select>'
    )


def form(
    to: str, content: str, button: str, *, hidden: Mapping[str, str], card: bool = True
) -> str:
    """Give a form that posts to a page below the base."""
    carried = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    kind = ' class="card"' if card else ""
    return (
        f'<form method="post" action="{BASE}{to}"{kind}>{carried}{content}'
        f"<button>{escape(button)}</button></form>"
    )


def back(words: Wording) -> str:
    """Give the way back to the first page."""
    return f'<p><a class="back" href="{BASE}/">{escape(words.back)}</a></p>'


def done(words: Wording) -> str:
    """Give the way away from what is shown once."""
    return f'<a class="done" href="{BASE}/">{escape(words.done)}</a>'


def told(label: str, text: str) -> str:
    """Give what is told, large."""
    return f'<p class="told">{escape(label)}<strong>{escape(text)}</strong></p>'


def pairs(rows: Iterable[tuple[str, str]]) -> str:
    """Give terms and what they are."""
    listed = "".join(f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>" for term, text in rows)
    return f"<dl>{listed}</dl>"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Give a table."""
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
