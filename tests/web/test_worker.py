"""A process has one worker, however many ask for it first at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from cicatrix.web import worker as module


def test_of_many_who_ask_first_at_once_all_get_the_same_worker(site, monkeypatch):
    monkeypatch.setattr(module.settings, "HOME", site.folder)
    monkeypatch.setattr(module, "_worker", None)
    start = Barrier(4)

    def asked(_n: int) -> module.Worker:
        start.wait()
        try:
            return module.worker()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(map(id, pool.map(asked, range(4))))) == 1
    module.worker().close()
