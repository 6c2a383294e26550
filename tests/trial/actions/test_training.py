"""Training: stated by the user himself, for a role that he holds, once for each version."""

from cicatrix.trial.actions.found import amend
from cicatrix.trial.actions.training import complete_training
from cicatrix.trial.roles import Actor


def test_a_user_states_his_own_training_for_the_role_and_the_version_in_force(recruiting):
    (fact,) = recruiting.do(complete_training, recruiting.ben)
    assert (fact.user, fact.role, fact.site, fact.study_version) == ("ben", "rater", "here", "1")
    (fact,) = recruiting.do(complete_training, recruiting.chen)
    assert fact.site is None
    assert recruiting.trial.trained == {("ben", "rater"): {"1"}, ("chen", "monitor"): {"1"}}


def test_the_same_training_is_stated_once_and_again_for_a_new_version(recruiting):
    stage = recruiting
    stage.do(complete_training, stage.ben)
    assert stage.refused(complete_training, stage.ben) == "trained"
    old, stage.study = stage.study, stage.amended()
    stage.do(amend, stage.sue, reason="A new text")
    new, stage.study = stage.study, old
    assert stage.refused(complete_training, stage.ben) == "study_version"
    stage.study = new
    stage.do(complete_training, stage.ben)
    assert stage.trial.trained["ben", "rater"] == {"1", "2"}


def test_training_for_one_role_is_none_for_another(recruiting):
    recruiting.do(complete_training, recruiting.eve)
    recruiting.do(complete_training, recruiting.evita)
    assert set(recruiting.trial.trained) == {("eve", "investigator"), ("eve", "rater")}


def test_nobody_is_trained_for_a_role_that_he_does_not_hold(recruiting):
    strangers = (Actor("ben", "monitor"), Actor("mallory", "rater", "here"))
    recruiting.denied(complete_training, *strangers, recruiting.one)


def test_a_study_file_that_the_trial_never_adopted_trains_nobody(recruiting):
    recruiting.study = recruiting.amended()
    assert recruiting.refused(complete_training, recruiting.ben) == "study_version"
