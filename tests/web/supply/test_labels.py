"""Labels: what can be read in one way is read, what in several is asked, nothing is guessed."""

from cicatrix.trial.facts import SealedSlot
from cicatrix.trial.trial import SealedList, Trial
from cicatrix.web.supply.labels import Label, Unclear, read_kit, read_kits, read_label


def trial_with(*kits: tuple[str, ...]) -> Trial:
    """Give a trial with a list of slots of these kits, numbered by what they have in common."""
    slots = [
        SealedSlot(number=one[0].strip("K"), stratum="all", kits=one, commitment="") for one in kits
    ]
    sealed = SealedList("one", "", "", False)
    sealed.slots["all"] = slots
    sealed.kits = {kit: slot.number for slot in slots for kit in slot.kits}
    return Trial(list=sealed)


REAL = trial_with(*((f"K{n:03}", f"K{n:03}S1") for n in range(1, 31)))
LETTERED = trial_with(("017-A", "017-B"), ("018-A", "018-B"))


def test_no_other_kit_is_read_into_a_kit_and_its_tube():
    assert read_label(REAL, "K001 5", ["K001"]) == Label("K001", 5)
    assert read_label(REAL, "K01 5", []) == Label("K001", 5)
    assert read_label(REAL, "K0 15", []) == Label("K0", 15)


def test_names_with_a_hyphen_are_parted_from_their_tube():
    for typed in ("017-A 4", "017-a/4", "017-A-4", "17A 4", "017a-4", "017 A 4"):
        expected = Label("17A", 4) if typed == "17A 4" else Label("017-A", 4)
        assert read_label(LETTERED, typed, ["017-A"]) == expected, typed


def test_her_number_stands_for_the_one_kit_that_she_holds():
    assert read_label(REAL, "017-4", ["K017"]) == Label("K017", 4)
    assert read_label(REAL, "17/4", ["K017"]) == Label("K017", 4)
    both = read_label(REAL, "017 4", ["K017", "K017S1"])
    assert both == Unclear("which", (Label("K017", 4), Label("K017S1", 4)))
    assert read_label(REAL, "018 4", ["K017"]) == Label("018", 4), "it is not hers, and not guessed"


def test_a_kit_whose_name_looks_like_kit_and_tube_is_asked_about():
    trial = trial_with(("K2",), ("K2-4",))
    assert read_label(trial, "K2 4", ["K2"]) == Unclear("which", (Label("K2", 4),))


def test_without_a_list_a_label_is_still_a_label():
    assert read_label(Trial(), "K001 1", []) == Label("K001", 1)
    assert read_kits(Trial(), "K001").kits == ("K001",)


def test_a_range_stands_for_first_kits_or_for_spares_alike():
    for typed in ("K003 … K006", "k003 .. k6", "K003 - K006", "K003 to K006", "K003至K006",
                  "\uff2b\uff10\uff10\uff13\uff5e\uff2b\uff10\uff10\uff16"):  # fmt: skip
        assert read_kits(REAL, typed).kits == ("K003", "K004", "K005", "K006"), typed
    assert read_kits(REAL, "K003S1 … K004S1").kits == ("K003S1", "K004S1")
    for none in ("K003 … K006S1", "K006 … K003", "K003 … K999", "a … b … c"):
        assert read_kits(REAL, none).unread == (none.replace("…", "..."),), none


def test_kits_are_listed_one_a_line_or_by_commas():
    assert read_kits(REAL, "K001\r\nk2, K003\uff1bK004、 K5\n\n").kits == (
        "K001", "K002", "K003", "K004", "K005",
    )  # fmt: skip
    assert read_kit(REAL, "k017s1") == "K017S1"
    assert read_kit(REAL, "<b>") == "<B>"
