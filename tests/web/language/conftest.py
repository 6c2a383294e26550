from collections.abc import Iterator

import django
import pytest


@pytest.fixture(scope="session", autouse=True)
def texts_known() -> None:
    django.setup()


@pytest.fixture
def chinese() -> Iterator[None]:
    from django.utils import translation

    with translation.override("zh-hans"):
        yield
