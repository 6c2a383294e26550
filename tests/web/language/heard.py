"""A plug-in for pytest: what the core raises while its own tests run, each with its rule."""

import json
import os

import pytest

from cicatrix.trial.errors import CicatrixError, Refused, StudyError

said: set[tuple[str, str]] = set()


def pytest_configure(config: pytest.Config) -> None:
    def listen(self: CicatrixError, *arguments: object) -> None:
        Exception.__init__(self, *arguments)
        if not isinstance(self, StudyError | Refused):
            said.add(("", str(self)))

    refuse = Refused.__init__

    def listen_to_refusal(self: Refused, rule: str, sentence: str) -> None:
        refuse(self, rule, sentence)
        said.add((rule, sentence))

    CicatrixError.__init__ = listen  # type: ignore[method-assign]
    Refused.__init__ = listen_to_refusal  # type: ignore[method-assign]


def pytest_unconfigure(config: pytest.Config) -> None:
    with open(os.environ["HEARD"], "w", encoding="utf-8") as file:
        json.dump(sorted(said), file)
