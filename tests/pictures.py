"""The pictures of docs/screenshots: python tests/pictures.py.

Each is one screen of a rehearsed clinic, on a desk or a telephone, in English or Chinese, with few
colours so that it stays small. What is in them is docs/how-to/a-day.md; show.py looks at any page.
"""

import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cicatrix.web.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

from PIL import Image

from browsing import CHINESE, DESK, ENGLISH, PHONE, House, Person, chromium
from hosted import hosted
from site_visited import original

FOLDER = Path(__file__).parents[1] / "docs/screenshots"
LARGEST = 150_000
"""Bytes of one picture."""

BEDSIDE = "/participants/FOSHAN-094/doses/"
EVENT = "/participants/FOSHAN-001/forms/adverse_event/-/-/2/"
Steps = Callable[[Person], None]


def at(where: str) -> Steps:
    """Only open an address."""
    return lambda person: person.open(where)


def scanned(label: str) -> Steps:
    """Scan a tube at the bedside."""

    def steps(nurse: Person) -> None:
        nurse.open(BEDSIDE)
        nurse.fill(nurse.word("Scan or type kit and tube"), label)
        nurse.press("Check the tube")

    return steps


def typing(cora: Person) -> None:
    """Type into a form and save nothing."""
    cora.open(EVENT)
    cora.page.get_by_role("textbox").first.fill("fever")
    for answer in ("Mild", "Yes"):
        cora.page.get_by_label(answer).first.check()
    cora.page.get_by_role("status").filter(has_text="3 unsent changes").wait_for()
    cora.page.get_by_role("button", name="Save").scroll_into_view_if_needed()


PICTURES: dict[str, tuple[str, Steps, str, int]] = {
    "sign-in": ("", at("/account/login/"), CHINESE, PHONE),
    "today": ("coordinator", at("/"), ENGLISH, DESK),
    "participants": ("coordinator", at("/participants/"), CHINESE, DESK),
    "eligibility": ("investigator", at("/participants/FOSHAN-108/eligibility/"), CHINESE, PHONE),
    "form": ("coordinator", typing, ENGLISH, DESK),
    "tube-right": ("care_provider", scanned("KA052 5"), CHINESE, PHONE),
    "tube-wrong": ("care_provider", scanned("KA052 6"), ENGLISH, PHONE),
    "rating": ("rater", at("/participants/FOSHAN-020/ratings/month_1/vss/scar/"), ENGLISH, PHONE),
    "rating-result": (
        "investigator", at("/participants/FOSHAN-011/ratings/month_1/vss/scar/"), CHINESE, DESK,
    ),
    "kits": ("pharmacist", at("/kits/"), ENGLISH, DESK),
    "allocation": ("investigator", at("/allocation/"), CHINESE, PHONE),
    "lock": ("data_manager", at("/lock/"), ENGLISH, DESK),
    "verification": ("monitor", at("/verification/"), CHINESE, DESK),
    "study": ("statistician", at("/study/"), ENGLISH, DESK),
    "oversight": ("sponsor", at("/oversight/"), ENGLISH, DESK),
    "audit": ("auditor", at("/audit/"), ENGLISH, DESK),
    "mine": ("participant", at("/mine/"), CHINESE, PHONE),
    "people": ("administrator", at("/people/"), CHINESE, DESK),
}  # fmt: skip
"""Each picture: who looks, what is done, the language and the width."""


def main() -> None:
    """Make all of them anew."""
    FOLDER.mkdir(exist_ok=True)
    with ExitStack() as stack:
        room = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        made = stack.enter_context(original(room / "original", "sqlite"))
        folder = stack.enter_context(made.copy("NCT04034615", room / "home"))
        site, address = stack.enter_context(hosted(folder))
        house = House(site, address, stack.enter_context(chromium()))
        for name, (role, steps, language, width) in PICTURES.items():
            nth = 1 if role == "rater" else 0
            person = (
                house.person(role, language, width, nth=nth)
                if role
                else house.stranger(language, width)
            )
            person.page.set_viewport_size({"width": width, "height": 800})
            steps(person)
            kept = small(person.page.screenshot())
            (FOLDER / f"{name}.png").write_bytes(kept)
            print(f"{name}.png  {len(kept):,} bytes")
            house.leave()


def small(picture: bytes) -> bytes:
    """Write a picture with few colours, as many as make it small enough."""
    for colours in (128, 64, 32, 16):
        written = BytesIO()
        Image.open(BytesIO(picture)).convert("RGB").quantize(colours).save(
            written, "PNG", optimize=True
        )
        if written.tell() <= LARGEST:
            break
    return written.getvalue()


if __name__ == "__main__":
    main()
