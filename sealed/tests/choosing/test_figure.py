"""The figure of a choice: the same bytes for the same options, and each of them in it."""

from cicatrix_sealed.choosing.alternatives import alternatives, weigh
from cicatrix_sealed.choosing.figure import draw_choice
from cicatrix_sealed.procedures import procedure_of


def test_the_same_options_are_drawn_to_the_same_bytes_and_each_is_drawn(make_study):
    study = make_study(sites={"foshan": 6})
    options = alternatives(study, procedure_of(study))
    weighed = [weigh(study, option, seed=1) for option in options]
    one, other = (draw_choice(weighed, title="Small", chance=1 / 3) for _ in range(2))
    assert one == other
    fewer = draw_choice(weighed[:-1], title="Small", chance=1 / 3)
    colours = {"permuted_blocks": "#1b4f8a", "big_stick": "#e69f00", "biased_coin": "#cc79a7"}
    for kind, colour in {**colours, "urn": "#009e73", "simple": "#444444"}.items():
        assert colour in one
        assert (colour in fewer) == (kind != "simple")
    for option in options:
        assert f"<!-- {option.name}" in one
