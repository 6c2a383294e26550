"""A file made to break the verifier gets one sentence: never a traceback, never a long wait."""

import json
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bundle_maker import chained, make, procedure_of

BUNDLE = make(procedure_of("permuted_blocks", (("all", 4),), sizes=[2, 4]), given=2).bundle
WHOLE = json.dumps(BUNDLE).encode()
CONTROL = "\x1b[2J\u202eAll that can be checked holds"


def places(value, path=()):
    """Every place of a JSON value, the ledger's texts aside."""
    yield path
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in pairs:
            yield from places(one, (*path, key))


def put(value, path, new):
    if not path:
        return new
    found = deepcopy(value)
    inner = found
    for key in path[:-1]:
        inner = inner[key]
    if new is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = new
    return found


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (b"", "it is not JSON"),
        (b"\x00", "it is not JSON"),
        (b"PK\x03\x04\xff", "octet 5 is not UTF-8 text"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        ("{}".encode("utf-16"), "octet 1 is not UTF-8 text"),
        (b"[]", "the bundle is not an object"),
        (b"null", "the bundle is not an object"),
        (b"{}", "the bundle has no field format"),
        (b'{"format": "cicatrix-bundle/2"}', "its format is 'cicatrix-bundle/2'"),
        (b'{"format": "cicatrix-bundle/1"}', "the bundle has no field"),
        (b'{"format": 1, "format": 2}', "the key 'format' stands twice"),
        (WHOLE[:-1], "it is not JSON"),
        (WHOLE + b"{}", "it is not JSON"),
        (b"[" * 200_000, "nested too deep"),
        (b"[" * 300 + b"]" * 300, "the bundle is not an object"),
        (b'{"a":' * 100_000, "nested too deep"),
        (b"9" * 100_000, "beyond 2^53"),
        (b'{"format": -9007199254740992}', "beyond 2^53"),
        (b'{"format": 1.0}', "1.0 is not a whole number"),
        (b'{"format": 1e999999999}', "not a whole number"),
        (b'{"format": NaN}', "NaN is not a whole number"),
        (b'{"format": -Infinity}', "not a whole number"),
        (WHOLE.replace(b'"list-1"', rb'"\ud800"', 1), "is not Unicode text"),
        (WHOLE.replace(b'"verum"', rb'"\udfff"'), "is not Unicode"),
    ],
    ids=range(24),
)
def test_a_file_that_is_no_bundle_is_called_so_in_one_sentence(judged, octets, why):
    answer = judged(octets)
    assert answer["exit"] == 2
    assert why in answer["verdict"]
    assert "\n" not in answer["verdict"]
    assert len(answer["verdict"]) < 300


@pytest.mark.parametrize("path", list(places(BUNDLE)), ids=str)
def test_no_field_of_another_type_or_left_out_passes_or_breaks_it(judged, path):
    for new in (None, True, -1, 2**53 - 1, "", CONTROL, [], {}, [[]], {"": {}}, ...):
        if new is ... and not path:
            continue
        changed = put(BUNDLE, path, new)
        if changed == BUNDLE:
            continue
        answer = judged(changed)
        allowed = path in {("checkpoint",), ("opening",), ("beacon", "previous_signature")}
        assert answer["exit"] in (1, 2) or (allowed and new is None), (path, new)
        assert "\x1b" not in answer["verdict"]


def test_no_header_or_payload_of_another_shape_breaks_it(wrong):
    facts = [("TrialFounded", {}), ("ListSealed", {"slots": 3}), ("SecretCommitted", {"x": 1.5})]
    for fact in facts:
        said = wrong(BUNDLE | {"ledger": chained([fact]), "checkpoint": None})
        assert said["chain"].startswith("Ledger line 1 cannot be read: ")
    for text in ("", "{}", "[" * 100_000, '{"seq":1,"seq":1}', "\n", "null", "\x00", "9" * 9999):
        line = {"seq": 1, "text": text, "hash": "00" * 32}
        assert wrong(BUNDLE | {"ledger": [line], "checkpoint": None}).keys() == {"chain"}
    assert (
        "Ledger line 1 is not TrialFounded"
        in wrong(BUNDLE | {"ledger": [], "checkpoint": None})["study"]
    )


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "deterministic"},
        {"kind": "__class__"},
        {"kind": ["simple"]},
        {"sizes": []},
        {"sizes": [0, 2]},
        {"sizes": [-2]},
        {"sizes": [3]},
        {"sizes": [4, 2]},
        {"sizes": [2, 2]},
        {"sizes": [2**53 - 2]},
        {"sizes": list(range(2, 20_002, 2))},
        {"sizes": [True]},
        {"arms": []},
        {"arms": ["verum"]},
        {"arms": ["verum", "verum"]},
        {"arms": [f"a{one}" for one in range(101)], "ratio": {f"a{one}": 1 for one in range(101)}},
        {"ratio": {}},
        {"ratio": {"verum": 0, "placebo": 2}},
        {"ratio": {"verum": -1, "placebo": 3}},
        {"ratio": {"verum": 2**52, "placebo": 2**52}},
        {"ratio": {"verum": "1", "placebo": 1}},
        {"strata": [{"stratum": "all", "slots": 2**53 - 1}]},
        {"strata": [{"stratum": "all", "slots": -4}]},
        {"strata": [{"stratum": "all", "slots": 2}, {"stratum": "all", "slots": 2}]},
        {"strata": [{"stratum": "all", "slots": 8}, {"stratum": "x", "slots": -4}]},
        {"strata": []},
        {"more": 1},
        {"kind": "simple", "sizes": ...},
        {"kind": "big_stick", "sizes": ..., "limit": 0},
        {"kind": "big_stick", "sizes": ..., "limit": 1, "ratio": {"verum": 2, "placebo": 1}},
        {"kind": "biased_coin", "sizes": ..., "probability": [2]},
        {"kind": "biased_coin", "sizes": ..., "probability": [2, 0]},
        {"kind": "biased_coin", "sizes": ..., "probability": [3, 2]},
        {"kind": "urn", "sizes": ..., "start": 0, "add": 1},
        {"kind": "urn", "sizes": ..., "start": 2**53 - 1, "add": 2**53 - 1},
        {"kind": "urn", "sizes": ..., "start": 1, "add": -1},
    ],
    ids=str,
)
def test_a_procedure_that_is_none_is_found_wrong_in_one_sentence(wrong, change):
    bundle = deepcopy(BUNDLE)
    procedure = bundle["opening"]["procedure"] | change
    bundle["opening"]["procedure"] = {k: v for k, v in procedure.items() if v is not ...}
    said = wrong(bundle)
    assert "commitment" in said
    assert all(len(one) < 1000 and "\n" not in one for one in said.values())


def test_text_that_the_bundle_chose_cannot_write_on_the_terminal(verify, tmp_path, capsys):
    bundle = json.loads(WHOLE)
    bundle["list_id"] = bundle["study"]["id"] = CONTROL
    bundle["slots"][0]["number"] = CONTROL
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle), "utf-8")
    assert verify.main([str(path)]) == 1
    said = capsys.readouterr().out
    assert r"\x1b[2J\u202eAll that" in said
    assert not {"\x1b", "\u202e"} & set(said)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=2))
def test_no_octets_overwritten_anywhere_break_it_or_pass_unseen(judged, place, octets):
    changed = WHOLE[:place] + octets + WHOLE[place + len(octets) :]
    answer = judged(changed)
    try:
        same = json.loads(changed) == BUNDLE
    except ValueError:
        same = False
    own = {("checkpoint",), ("commit",)}
    if not same and answer["exit"] == 0:
        found = json.loads(changed)
        assert {(key,) for key in BUNDLE if found[key] != BUNDLE[key]} <= own - {("commit",)}
