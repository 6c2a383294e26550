"""What `commit` and `make` tell people to do next: half of what protects a list is done by them."""


def test_make_says_what_to_take_away_and_what_each_custodian_needs(promised, bare, other_files):
    three = other_files(*(f"custodian {name}, in her own words" for name in "ABC"))
    run = promised.make()
    assert f"Take {promised.folder / 'packing.csv'} away once the kits are packed" in run.stdout
    assert f"Keep a copy of {promised.folder} in a second safe place" in run.stdout
    assert "Give each custodian" not in run.stdout
    assert bare.commit("--custodians", 3, "--threshold", 2, files=three).exit_code == 0
    run = bare.make(files=three[:2])
    assert "Give each custodian her share and a copy of emergency.json." in run.stdout
    assert "DIR" not in run.stdout
