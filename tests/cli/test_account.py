"""`cicatrix account`, run as a program: the first administrator has to come from somewhere."""

import pytest

from command_line import TINY, run
from served import told

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path):
    assert run("create", tmp_path / "home", TINY).exit_code == 0
    return tmp_path / "home"


def test_an_account_is_made_and_its_one_time_link_printed(home):
    made = told("account", home, "administrator", "--email", "ada@clinic.example")
    assert made.returncode == 0, made.stderr
    assert "http://127.0.0.1:8000/account/invitation/" in made.stdout
    assert "holds no role" not in made.stdout
    again = told("account", home, "administrator", CICATRIX_ORIGINS="https://trial.example")
    assert "https://trial.example/account/invitation/" in again.stdout


def test_a_name_without_a_role_is_said_to_have_none(home):
    assert "eve holds no role in this trial yet" in told("account", home, "eve").stdout


def test_a_password_can_come_from_a_file_if_it_is_a_good_one(home, tmp_path):
    file = tmp_path / "password"
    file.write_text("short\n")
    refused = told("account", home, "administrator", "--password-file", file)
    assert refused.returncode == 1
    assert "too short" in refused.stderr
    assert "Traceback" not in refused.stderr
    file.write_text("a long and quiet sentence\n")
    done = told("account", home, "administrator", "--password-file", file)
    assert (done.returncode, done.stdout) == (0, "administrator: the password is set.\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(("a b",), "A user name has letters"), (("ada", "--email", "x"), "not an e-mail address")],
)
def test_a_mistake_is_one_line(home, words, sentence):
    refused = told("account", home, *words)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert sentence in refused.stderr


def test_a_folder_that_is_no_home_stays_as_it_is(tmp_path):
    refused = told("account", tmp_path, "administrator")
    assert "is not a trial home" in refused.stderr
    assert list(tmp_path.iterdir()) == []
