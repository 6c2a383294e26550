"""Forms as a browser has them: their addresses, the fields that a page holds, the words on it."""

import re

from cicatrix.trial.participant import FormKey

HER = "FOSHAN-001"
BODY, EVENT = FormKey("demography", "baseline"), FormKey("adverse_event", None, 1)


def at(key: FormKey = BODY, page: str = "", her: str = HER) -> str:
    return (
        f"/participants/{her}/forms/{key.form}/{key.visit or '-'}/{key.region or '-'}"
        f"/{key.repeat}/{page}"
    )


def data(site, key: FormKey = BODY, her: str = HER):
    return site.worker.desk.trial.participants[her].forms.get(key)


def client(site, role: str = "coordinator"):
    return site.client(site.who(role))


def shown(answer) -> dict[str, str]:
    """The fields of a page's form as a browser would send them back."""
    html = answer.content.decode()
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", html):
        held = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if held.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        if held.get("name", "").startswith(("i.", "seen")):
            fields[held["name"]] = held.get("value", "")
    for name, text in re.findall(r'<textarea name="(i\.\w+)"[^>]*>(.*?)</textarea>', html, re.S):
        fields[name] = text
    return fields


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def saved(answer, key: FormKey = BODY) -> bool:
    return (answer.status_code, answer.headers.get("Location")) == (302, at(key))
