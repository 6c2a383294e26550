"""What the repository promises about its own shape, read from its files.

The import contracts themselves are in pyproject.toml and sealed/pyproject.toml; ARCHITECTURE.md
says why they are as they are.
"""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {
    "cicatrix": ROOT / "src/cicatrix",
    "cicatrix_sealed": ROOT / "sealed/src/cicatrix_sealed",
}
SOURCES = [
    path
    for folder in PACKAGES.values()
    for path in sorted(folder.rglob("*.py"))
    if "migrations" not in path.parts
]
FOLDERS = (".ci", "benchmarks", "docs", "sealed", "src", "studies", "tests", "verifier")
FILES = sorted(
    path
    for top in (*(ROOT / folder for folder in FOLDERS), *ROOT.glob("[!.]*.*"), ROOT / "Makefile")
    for path in ([top] if top.is_file() else top.rglob("*"))
    if path.is_file() and not {"__pycache__", ".hypothesis"} & set(path.relative_to(ROOT).parts)
)
TEXTS = [
    path for path in FILES if path.suffix not in {".pyc", ".mo", ".png", ".pdf", ".ttf", ".otf"}
]

# A reader of a paper gets the verifier as one file, and reads it as one (docs/adr/0010).
LONGER = {"verifier/verify.py": 1000}

# The pure core and the packages that know no trial: what each may import from outside.
OUTSIDE = {
    "trial": {"pydantic", "ruamel", "cel_expr_python", "rfc8785", "cryptography"},
    "measures": {"numpy", "scipy"},
    "statistics": {"numpy", "scipy"},
}
PURE = ("trial", "measures", "statistics", "analysis", "simulation", "exchange")
CLOCK = r"(datetime\.)?(datetime|date)\.(now|today|utcnow)|timezone\.now"
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "service"}

# Written in pieces, so that this file does not contain what it looks for.
ELSEWHERE = re.compile(
    r"(^|[^A-Za-z0-9_.~])/(work|farm|root|home)/|uv\.lo" + r"ck|pythonhos" + r"ted|pypi\.o" + r"rg"
)
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def outside(folder: Path) -> set[str]:
    """Return the top-level names that a folder imports from other distributions."""
    names = {found for path in folder.rglob("*.py") for found in imported(path)}
    names = {"pydantic" if found == "pydantic_core" else found for found in names}
    return names - set(sys.stdlib_module_names) - {"cicatrix", "cicatrix_sealed"}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_module_opens_with_three_to_eight_lines_and_a_package_with_at_most_eight(path):
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    lines = text.splitlines()
    fewest = 1 if path.name in {"__init__.py", "__main__.py"} else 3
    assert fewest <= len(lines)
    assert len([line for line in lines if line]) <= 8


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.suffix == ".py" and "migrations" not in path.parts],
    ids=name,
)
def test_no_file_is_longer_than_400_lines(path):
    assert len(path.read_text("utf-8").splitlines()) <= LONGER.get(name(path), 400)


def test_the_verifier_is_one_file_of_the_standard_library_alone():
    assert [path.name for path in (ROOT / "verifier").rglob("*.py")] == ["verify.py"]
    assert outside(ROOT / "verifier") == set()
    assert not {"cicatrix", "cicatrix_sealed"} & set(imported(ROOT / "verifier/verify.py"))


def test_no_module_has_a_name_that_says_nothing():
    assert [name(path) for path in SOURCES if {path.stem, path.parent.name} & VAGUE] == []


@pytest.mark.parametrize(
    "config",
    [path for path in (ROOT / "pyproject.toml", ROOT / "sealed/pyproject.toml") if path.exists()],
    ids=name,
)
def test_packages_import_downwards_only(config):
    command = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [command, "--no-logo", "--no-cache", "--config", config],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"[1-9]\d* kept, 0 broken", run.stdout), run.stdout


@pytest.mark.parametrize("package", OUTSIDE)
def test_a_pure_package_imports_only_what_its_row_of_the_table_allows(package):
    assert outside(PACKAGES["cicatrix"] / package) <= OUTSIDE[package]


@pytest.mark.parametrize("package", PURE)
def test_a_pure_package_asks_no_clock_and_no_chance_of_its_own(package):
    asked = []
    for path in (PACKAGES["cicatrix"] / package).rglob("*.py"):
        asked += [
            f"{name(path)}: import {found}"
            for found in imported(path)
            if found in {"random", "time"}
        ]
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if called and re.fullmatch(CLOCK, ast.unparse(called)):
                asked.append(f"{name(path)}:{node.lineno}: {ast.unparse(called)}()")
    assert asked == []


IMPORTED_AS = {
    "django-allauth": "allauth", "django-axes": "axes", "django-csp": "csp", "pillow": "PIL",
    "ruamel.yaml": "ruamel",
}  # fmt: skip
# What settings and commands name in a text, and no module imports.
BY_NAME = {
    "argon2-cffi": "hashers.Argon2PasswordHasher",
    "django-htmx": '"django_htmx"',
    "gunicorn": '"gunicorn"',
    "whitenoise": "whitenoise.middleware",
}


@pytest.mark.parametrize("distribution", [d for d, folder in PACKAGES.items() if folder.exists()])
def test_a_distribution_declares_what_it_imports_and_imports_what_it_declares(distribution):
    folder = PACKAGES[distribution]
    project = tomllib.loads((folder.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {re.split(r"[<>=!~\[; ]", line)[0] for line in project["dependencies"]} - {
        "cicatrix"
    }
    imported_here = {found.replace("_", "-") for found in outside(folder)}
    by_name = {one for one in declared & {*BY_NAME} if named_in(folder, BY_NAME[one])}
    assert imported_here == {IMPORTED_AS.get(one, one) for one in declared - by_name}


def named_in(folder: Path, text: str) -> bool:
    return any(text in path.read_text("utf-8") for path in folder.rglob("*.py"))


def test_the_lock_holds_every_dependency_of_both_distributions_by_hash_and_names_no_place():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = re.findall(r"^([a-z0-9-]+)==\S+", lock, re.MULTILINE)
    assert len(re.findall(r"^[a-z0-9-]+==.*\\\n    --hash=sha256:", lock, re.MULTILINE)) == len(
        pinned
    )
    assert re.findall(r"://|--(?:extra-)?index|--find-links|^-e|^\.", lock, re.MULTILINE) == []
    for path in (ROOT / "pyproject.toml", ROOT / "sealed/pyproject.toml"):
        if path.exists():
            config = tomllib.loads(path.read_text("utf-8"))
            wanted = config["project"]["dependencies"] + config.get("dependency-groups", {}).get(
                "dev", []
            )
            wanted = {re.split(r"[<>=!~\[; ]", line)[0].replace(".", "-") for line in wanted}
            assert wanted - {"cicatrix"} <= set(pinned)


def test_no_file_names_a_place_on_some_machine_or_a_download_address():
    found = [name(path) for path in TEXTS if ELSEWHERE.search(path.read_text("utf-8"))]
    assert found == []


def test_nothing_is_left_for_later_in_a_comment():
    found = [name(path) for path in TEXTS if UNFINISHED.search(path.read_text("utf-8"))]
    assert found == []
