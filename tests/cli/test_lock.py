import json

from command_line import run


def outstanding_of(place):
    return json.loads(run("lock", place.home, "--json").stdout)


def test_a_trial_locks_with_a_reason_for_what_stays_outstanding(place):
    told = run("lock", place.home, "--accept-all", "not obtained")
    assert told.exit_code == 0, told.output
    again = run("lock", place.home, "--accept-all", "not obtained")
    assert again.exit_code == 1
    assert "locked" in again.stderr
    assert run("verify", place.home).exit_code == 0


def test_someone_without_the_role_cannot_lock(place):
    told = run("lock", place.home, "--accept-all", "not obtained", "--by", "eve")
    assert told.exit_code == 1
    assert "eve does not hold the role" in told.stderr


def test_an_empty_trial_does_not_lock_before_recruitment_ends(founded):
    told = run("lock", founded, "--json")
    assert told.exit_code == 1
    assert [one["id"] for one in json.loads(told.stdout)] == ["recruitment"]


def test_a_thing_accepted_that_is_not_outstanding_is_refused(place):
    told = run("lock", place.home, "--accept", "nothing:here=because", "--accept-all", "gone")
    assert told.exit_code == 1
    assert "nothing:here is not outstanding" in told.stderr
    assert run("lock", place.home, "--accept", "no reason").exit_code == 2


def test_a_key_that_cannot_sign_is_found_before_the_lock(place):
    (place.home / "checkpoints/key.pem").unlink()
    told = run("lock", place.home, "--accept-all", "not obtained")
    assert told.exit_code == 1
    assert "key" in told.stderr
    assert "locked" not in run("lock", place.home, "--accept-all", "not obtained").stderr


def test_nobody_who_acts_is_one_sentence(founded):
    told = run("lock", founded, "--accept-all", "none came", "--by", "")
    assert told.exit_code == 1
    assert "Say who acts" in told.stderr
