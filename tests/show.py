"""Look at pages as pictures: python tests/show.py OUT ROLE[@SITE]:PATH …

Options: --study S, --lang zh-hans, --width 390.

Each page of a rehearsed clinic is written to OUT as a PNG, named by role, path and width. `{p}` in
a path is a participant whom the role sees; `{r}` one who was randomised.
"""

import argparse
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cicatrix.web.settings")
os.environ.setdefault("CICATRIX_HTTP", "loopback")

from browsing import chromium
from hosted import hosted
from site_visited import original


def main() -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    asked = argparse.ArgumentParser()
    asked.add_argument("out", type=Path)
    asked.add_argument("pages", nargs="+")
    asked.add_argument("--study", default="NCT04034615")
    asked.add_argument("--lang", default="en")
    asked.add_argument("--width", type=int, default=1280)
    given = asked.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        room = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        made = stack.enter_context(original(room / "original", "sqlite"))
        folder = stack.enter_context(made.copy(given.study, room / "home"))
        site, address = stack.enter_context(hosted(folder))
        browser = stack.enter_context(chromium())
        for one in given.pages:
            who, _, path = one.partition(":")
            role, _, at = who.partition("@")
            actor = site.who(role, site=at or None)
            client = site.client(actor)
            account = client.session.get("_auth_user_id")
            from cicatrix.web.models import Account

            Account.objects.filter(pk=account).update(language=given.lang)
            seen = site.worker.seen_by(actor).trial.participants
            names = [name for name, woman in seen.items() if woman.number]
            path = path.format(p=next(iter(seen), ""), r=names[0] if names else "")
            context = browser.new_context(
                viewport={"width": given.width, "height": 900}, locale=given.lang
            )
            context.add_cookies(
                [
                    {"name": key, "value": morsel.value, "url": address}
                    for key, morsel in client.cookies.items()
                ]
            )
            page = context.new_page()
            page.on("console", lambda said: print("console:", said.text))
            answer = page.goto(address + path)
            name = f"{role}{path.replace('/', '_').split('?')[0]}{given.width}_{given.lang}.png"
            page.screenshot(path=given.out / name, full_page=True)
            print(answer.status if answer else None, given.out / name)
            context.close()


if __name__ == "__main__":
    main()
