"""The verifier as a module, and one bundle of each kind."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "verifier/verify.py"


@pytest.fixture(scope="session")
def verify():
    spec = importlib.util.spec_from_file_location("verify", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules["verify"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def judged(verify, tmp_path, capsys):
    """Write a bundle (an object, or octets as they are), verify it, and return the answer."""

    def judge(bundle, *arguments):
        path = tmp_path / "bundle.json"
        octets = bundle if isinstance(bundle, bytes) else json.dumps(bundle).encode()
        path.write_bytes(octets)
        status = verify.main([str(path), "--json", *arguments])
        answer = json.loads(capsys.readouterr().out)
        assert answer["exit"] == status
        return answer

    return judge


@pytest.fixture
def wrong(judged):
    """Verify a bundle that must be found wrong; return check -> its sentence."""

    def judge(bundle, *arguments):
        answer = judged(bundle, *arguments)
        assert answer["exit"] == 1, answer["verdict"]
        found = [one for one in answer["findings"] if one["status"] == "wrong"]
        assert found[0]["sentence"] in answer["verdict"]
        return {one["check"]: one["sentence"] for one in found}

    return judge
