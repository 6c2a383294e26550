"""`commit`, `make` and `abort` as a custodian runs them: what they say, leave, and refuse."""

import json
import stat
from hashlib import sha256

import pytest

from cicatrix.trial.facts import ListAborted, ListSealed, SecretCommitted
from cicatrix_sealed.commands import lists
from cicatrix_sealed.committing import Wish

ARMS = ("quokka", "numbat", "bilby")
ROUND = {
    "round": 1000,
    "randomness": "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
    "signature": "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125"
    "e342b73a8dd2bacbe47e4b6b63ed5e39",
}
"""Round 1000 of quicknet, as drand published it; only a rehearsal may still wait for it."""


@pytest.fixture
def three(other_files):
    return other_files(*(f"custodian {name}, in her own words" for name in ("A", "B", "C")))


def test_commit_and_make_say_what_to_do_next_and_show_no_passphrase_and_no_arm(bare, passphrase):
    first = bare.commit("--block-sizes", "6,9,12", "--slots", "20")
    second = bare.make()
    assert (first.exit_code, second.exit_code) == (0, 0)
    committed, sealed = bare.facts()[-2:]
    assert isinstance(committed, SecretCommitted)
    assert isinstance(sealed, ListSealed)
    assert committed.commitment in first.stdout
    assert "before Chen reveals her file" in first.stdout
    assert f"cicatrix-sealed make {bare.home} --custodian {bare.folder}" in first.stdout
    assert sealed.commitment in second.stdout
    assert f"{len(sealed.slots)} numbers" in second.stdout
    for secret in (passphrase, *ARMS):
        assert secret not in first.output + second.output


def test_commit_leaves_the_share_and_the_promise_and_make_the_rest(bare):
    assert bare.commit().exit_code == 0
    assert {path.name for path in bare.folder.iterdir()} == {"share-1.json", "committed.json"}
    assert bare.make().exit_code == 0
    names = {path.name for path in bare.folder.iterdir()}
    assert names == {
        "share-1.json", "committed.json", "beacon.json", "emergency.json", "packing.csv",
        "public.json",
    }  # fmt: skip
    assert {stat.S_IMODE(path.stat().st_mode) for path in bare.folder.iterdir()} == {0o600}
    assert stat.S_IMODE(bare.folder.stat().st_mode) == 0o700


def test_the_beacon_may_be_given_as_text(promised):
    run = promised.run("make", "--beacon", promised.secret.read_text())
    assert run.exit_code == 0
    assert (promised.folder / "beacon.json").read_text() == promised.secret.read_text()


def test_commit_says_which_round_to_wait_for_and_when_it_comes(bare):
    run = bare.run("commit", "--beacon", "drand:quicknet:60000000")
    assert run.exit_code == 0
    assert "before round 60000000 of drand's chain quicknet is published, at 2029-" in run.stdout
    assert "/public/60000000" in run.stdout


def test_of_a_chain_whose_times_are_unknown_the_round_alone_is_named():
    beacon = {"kind": "drand", "chain": "ab" * 32, "round": 7}
    committed = SecretCommitted(list_id="x", study_digest="", commitment="c", beacon=beacon)
    told = "\n".join(lists._after_commit(committed, "home", "custodian", Wish({})))
    assert "round 7 of drand's chain abababab is published." in told


def test_a_round_that_is_published_already_is_refused(bare, refused):
    with bare.losing_nothing():
        refused(bare.run("commit", "--beacon", "drand:quicknet:1000"), "was published at 2023-")


@pytest.mark.slow
def test_a_rehearsal_may_use_a_round_that_is_out_and_makes_its_list_of_it(bare, tmp_path):
    beacon = "drand:quicknet:1000"
    assert bare.run("commit", "--beacon", beacon, "--rehearsal-seed", 1).exit_code == 0
    run = bare.run("make", "--beacon", json.dumps(ROUND))
    assert run.exit_code == 0, run.output
    assert "never use it in a real trial" in run.stdout
    assert bare.run("verify").exit_code == 0


def test_another_round_than_the_promised_one_makes_no_list(bare, refused):
    beacon = "drand:quicknet:1001"
    assert bare.run("commit", "--beacon", beacon, "--rehearsal-seed", 1).exit_code == 0
    with bare.losing_nothing():
        told = bare.run("make", "--beacon", json.dumps(ROUND))
        refused(told, "This is round 1000 and round 1001 was promised")


@pytest.mark.slow
def test_a_round_that_its_chain_did_not_sign_makes_no_list(bare, refused):
    beacon = "drand:quicknet:1001"
    assert bare.run("commit", "--beacon", beacon, "--rehearsal-seed", 1).exit_code == 0
    with bare.losing_nothing():
        told = bare.run("make", "--beacon", json.dumps(ROUND | {"round": 1001}))
        refused(told, "Round 1001 is not signed by chain 52db9ba7")
        changed = {"randomness": sha256(b"another").hexdigest(), "round": 1001}
        told = bare.run("make", "--beacon", json.dumps(ROUND | changed))
        refused(told, "is not the hash of its signature")


def test_what_the_second_party_had_not_promised_makes_no_list(promised, new_desk, refused):
    another = json.loads(promised.secret.read_text())
    another["secret"] = "08" * 32
    study = new_desk("study", study_id="OTHER-3")
    with promised.losing_nothing():
        told = promised.run("make", "--beacon", json.dumps(another))
        refused(told, "What Chen reveals is not what Chen had promised")
        told = promised.run("make", "--beacon", study.secret)
        refused(told, "drawn for another study")
        told = promised.run("make", "--beacon", promised.promise)
        refused(told, "This is no second party's secret")
        told = promised.run("make", "--beacon", promised.place / "none")
        refused(told, "none cannot be read")


def test_make_says_to_commit_first(bare, refused):
    with bare.losing_nothing():
        refused(bare.make(), "No secret is promised", "`cicatrix-sealed commit`")
    assert not bare.folder.exists()


def test_a_list_is_made_once(desk, refused):
    with desk.losing_nothing():
        refused(desk.make(), "A list has been sealed already")


def test_a_secret_is_promised_once(promised, desk, refused):
    with promised.losing_nothing():
        refused(promised.commit(), "has been promised already", "`cicatrix-sealed abort`")
        refused(promised.commit(folder=promised.place / "b"), "has been promised already")
    with desk.losing_nothing():
        refused(desk.commit(folder=desk.place / "b"), "A list has been sealed already")


def test_a_locked_home_takes_no_secret_no_list_and_no_abort(bare, promised, lock, refused):
    for place in (bare, promised):
        place.act(lock)
    with bare.losing_nothing():
        refused(bare.commit(), "locked")
    with promised.losing_nothing():
        refused(promised.make(), "locked")
        refused(promised.run("abort", "--reason", "late"), "locked")


def test_someone_without_the_role_does_nothing(bare, promised, refused):
    with bare.losing_nothing():
        refused(bare.commit("--by", "eve"), "eve does not hold the role pharmacist")
    with promised.losing_nothing():
        refused(promised.make("--by", "eve"), "eve does not hold the role pharmacist")
        told = promised.run("abort", "--reason", "x", "--by", "eve")
        refused(told, "eve does not hold the role pharmacist")


def test_a_rehearsals_promise_serves_a_rehearsal_alone(bare, refused):
    document = json.loads(bare.promise.read_text()) | {"rehearsal": True}
    bare.promise.write_text(json.dumps(document))
    with bare.losing_nothing():
        refused(bare.commit(), "The promise of Chen was made for a rehearsal, and anyone knows")
    assert bare.commit("--rehearsal-seed", 1).exit_code == 0


def test_a_promise_for_another_study_is_refused(bare, new_desk, refused):
    bare.promise = new_desk("another", study_id="OTHER-4").promise
    with bare.losing_nothing():
        refused(bare.commit(), "Chen promised for another study")


@pytest.mark.parametrize("name", ["", "drand:quicknet", "drand:quicknet:x", "dice:7", "drand::3"])
def test_a_beacon_that_is_none_is_told(bare, refused, name):
    with bare.losing_nothing():
        refused(bare.run("commit", "--beacon", name), "names no beacon")


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ("3", "who knows all but the last of such a block knows the last; choose from 6, 9, 12"),
        ("6,7", "A block of 7 does not fit the ratio"),
    ],
)
def test_a_block_size_that_does_not_fit_is_refused(bare, refused, sizes, told):
    with bare.losing_nothing():
        refused(bare.commit("--block-sizes", sizes), told)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--block-sizes", "six"),
        ("--slots", "0"),
        ("--rehearsal-seed", "x"),
        ("--probability", "most"),
        ("--probability", "2/3", "--procedure", "urn"),
        ("--limit", "3"),
        ("--start", "1", "--procedure", "simple"),
        ("--measure", "sum", "--procedure", "minimisation"),
        ("--custodians", "0"),
        ("--nothing",),
    ],
)
def test_wrong_use_exits_2_and_writes_nothing(bare, wrong):
    with bare.losing_nothing():
        assert bare.commit(*wrong).exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("simple",),
        ("permuted_blocks", "--block-sizes", "6"),
        ("big_stick", "--limit", "2"),
        ("biased_coin", "--probability", "3/4"),
        ("urn", "--start", "2", "--add", "1"),
    ],
)
def test_every_procedure_makes_a_list_that_verifies(bare, words):
    assert bare.commit("--slots", "12", "--procedure", *words).exit_code == 0
    assert bare.make().exit_code == 0
    assert bare.run("verify").exit_code == 0


def test_a_procedure_that_there_is_none_of_or_that_does_not_suit_the_study_is_told(bare, refused):
    with bare.losing_nothing():
        refused(bare.commit("--procedure", "dice"), "There is no procedure dice")
        refused(bare.commit("--procedure", "minimisation"), "names no factors to minimise by")
        coin = ("--procedure", "biased_coin", "--probability", "1/3")
        refused(bare.commit(*coin), "no biased coin for 3 arms")


def test_passphrases_are_asked_for_twice_each_and_not_echoed(bare):
    one, other = "first words of custodian A", "other words of custodian B"
    typed = f"{one}\n{one}\n{other}\n{other}\n"
    both = ("--custodians", "2", "--threshold", "2")
    assert bare.commit(*both, files=(), typed=typed).exit_code == 0
    run = bare.make(files=(), typed=f"{other}\n{one}\n")
    assert run.exit_code == 0
    assert "custodian 2 of 2" in run.output
    assert one not in run.output
    assert other not in run.output


def test_what_is_refused_anyway_is_refused_before_a_passphrase_is_asked_for(
    bare, promised, desk, refused
):
    refused(bare.make(files=()), "No secret is promised")
    refused(bare.commit("--custodians", 1, "--threshold", 2, files=()), "2 of 1 custodians")
    refused(promised.commit(files=()), "has been promised already")
    refused(desk.commit(folder=desk.place / "b", files=()), "A list has been sealed already")


def test_any_two_of_three_custodians_make_open_and_verify_the_list(bare, three, lock):
    assert bare.commit("--custodians", 3, "--threshold", 2, files=three).exit_code == 0
    assert bare.make(files=(three[0], three[2])).exit_code == 0
    bare.act(lock)
    written = []
    for place, pair in enumerate(((0, 1), (2, 0), (1, 2))):
        files = [three[number] for number in pair]
        assert bare.run("verify", files=files).exit_code == 0
        output = bare.place / f"allocation-{place}.json"
        assert bare.run("open", "--reason", "analysis", "-o", output, files=files).exit_code == 0
        written.append(output.read_bytes())
    assert len(set(written)) == 1


def test_two_of_three_custodians_need_no_share_of_the_third(bare, three):
    assert bare.commit("--custodians", 3, "--threshold", 2, files=three).exit_code == 0
    (bare.folder / "share-2.json").unlink()
    assert bare.make(files=(three[0], three[2])).exit_code == 0


def test_too_few_custodians_make_no_list(bare, three, refused):
    assert bare.commit("--custodians", 3, "--threshold", 2, files=three).exit_code == 0
    with bare.losing_nothing():
        refused(bare.make(files=three[:1]), "1 of the 2 custodians who are needed took part")
        refused(bare.make(files=(three[0], three[0])), "was opened twice")
    for number in (2, 3):
        (bare.folder / f"share-{number}.json").unlink()
    with bare.losing_nothing():
        refused(bare.make(files=three[:2]), "2 custodians open this list", "has 1 of their shares")


def test_a_passphrase_for_each_custodian_and_none_twice(bare, three, other_files, refused):
    three_custodians = ("--custodians", 3, "--threshold", 2)
    with bare.losing_nothing():
        told = bare.commit(*three_custodians, files=three[:2])
        refused(told, "3 custodians need a passphrase each, and 2 were given")
        told = bare.commit(*three_custodians, files=(three[0], three[1], three[0]))
        refused(told, "Two custodians have the same passphrase")
    with_short = other_files("short words")
    with bare.losing_nothing():
        refused(bare.commit(files=with_short), "fewer than 12 characters")
        told = bare.commit(*three_custodians, files=three[:1])
        refused(told, "3 custodians need a passphrase each, and 1 was given")


def test_the_same_passphrase_in_another_unicode_form_or_with_other_line_ends_opens(bare):
    composed, apart = "caf\u00e9 au lait, froid", "cafe\u0301 au lait, froid"
    bare.passphrase.write_text(composed)
    assert bare.commit().exit_code == 0
    bare.passphrase.write_bytes(b"\xef\xbb\xbf" + apart.encode() + b"\r\n\n")
    assert bare.make().exit_code == 0
    assert bare.run("verify", files=(), typed=f"{apart}\n").exit_code == 0


def test_an_aborted_promise_makes_room_for_another_and_stays_listed(promised, refused):
    first = promised.facts()[-1]
    run = promised.run("abort", "--reason", "Chen is ill")
    assert run.exit_code == 0
    assert first.list_id in run.stdout
    assert promised.facts()[-1] == ListAborted(list_id=first.list_id, reason="Chen is ill")
    with promised.losing_nothing():
        refused(promised.make(), f"List {first.list_id} was given up (Chen is ill)")
        refused(promised.make(folder=promised.place / "b"), "No secret is promised")
    with promised.losing_nothing():
        refused(promised.commit(folder=promised.place / "b"), "ask the second party for a new")
    promised.promise_anew("b")
    assert promised.commit(folder=promised.place / "b").exit_code == 0
    assert promised.make(folder=promised.place / "b").exit_code == 0
    with promised.losing_nothing():
        refused(promised.make(), f"List {first.list_id} was given up (Chen is ill)")


def test_no_kit_of_an_aborted_list_is_ever_used_again(desk):
    kits = {kit for slot in desk.facts()[-1].slots for kit in slot.kits}
    for place in range(2):
        assert desk.run("abort", "--reason", "packed wrongly").exit_code == 0
        folder = desk.place / f"again-{place}"
        desk.promise_anew(place)
        assert desk.commit(folder=folder).exit_code == 0
        assert desk.make(folder=folder).exit_code == 0
        again = {kit for slot in desk.facts()[-1].slots for kit in slot.kits}
        assert again
        assert not again & kits
        kits |= again


def test_an_abort_needs_a_reason_and_something_to_abort(bare, promised, refused):
    refused(bare.run("abort", "--reason", "x"), "No secret is promised")
    with promised.losing_nothing():
        refused(promised.run("abort", "--reason", " "), "needs a reason")


def test_a_list_of_which_somebody_has_a_number_is_not_given_up(desk, randomise, refused):
    desk.act(randomise, "001")
    with desk.losing_nothing():
        refused(desk.run("abort", "--reason", "x"), "Somebody was randomised", "stays")
