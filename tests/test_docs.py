"""The documents say what the program says: facts, roles, commands, dependencies, sources, links."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import get_args

import pytest
import typer

from cicatrix.cli.main import app
from cicatrix.trial import facts
from cicatrix.trial.roles import Role

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
REFERENCE = "\n".join(path.read_text("utf-8") for path in (ROOT / "docs/reference").glob("*.md"))
PROGRAM = Path(sys.executable).with_name("cicatrix")
GROUP = typer.main.get_command(app)
COMMANDS = sorted(GROUP.commands)

# A command as it stands in a document: at the start of a line of a code block, or in backquotes.
WRITTEN = re.compile(r"(?:^ *(?:\$ )?|`)(?:\.venv/bin/)?cicatrix ([a-z]+)\b", re.MULTILINE)

# `Source: Wilson1927, section 2; Fisher1932 (chapter 8)`: a key has a digit, a place has none.
KEY = r"\b(?=[A-Za-z-]*\d)[A-Za-z][\w-]*"
SOURCES = re.compile(rf"Source: ({KEY}(?:\s*\([^)]*\))?(?:[,;]\s+{KEY}(?:\s*\([^)]*\))?)*)")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("kind", facts.KINDS)
def test_every_kind_of_fact_is_in_the_reference_with_its_fields(kind):
    section = re.search(rf"^#+ {kind}$(.*?)(?=^#|\Z)", REFERENCE, re.MULTILINE | re.DOTALL)
    assert section, f"docs/reference has no heading {kind}"
    missing = [field for field in facts.KINDS[kind].model_fields if f"`{field}`" not in section[1]]
    assert missing == []


@pytest.mark.parametrize("role", get_args(Role))
def test_every_role_is_in_the_reference(role):
    assert f"`{role}`" in REFERENCE


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_reference_and_helps_with_an_example(command):
    assert f"`cicatrix {command}" in REFERENCE
    run = subprocess.run(
        [PROGRAM, command, "--help"],
        capture_output=True,
        text=True,
        check=False,
        env={"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"},
    )
    assert run.returncode == 0, run.stderr
    assert re.search(rf"cicatrix {command}\b", run.stdout.partition("Usage:")[2].partition("\n")[2])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_a_command_is_in_its_row_of_the_reference(command):
    (row,) = re.findall(rf"^\| `cicatrix {command} .*$", REFERENCE, re.MULTILINE)
    options = [one.opts for one in GROUP.commands[command].params if one.opts[0].startswith("-")]
    named = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", row))
    assert [opts for opts in options if not named & set(opts)] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_document_names_no_command_that_does_not_exist(page):
    assert set(WRITTEN.findall(page.read_text("utf-8"))) <= {*COMMANDS}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_link_between_documents_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_dependency_has_a_line_with_its_reason():
    lines = re.findall(
        r"^\| ([a-z0-9.-]+) \|", (ROOT / "docs/dependencies.md").read_text("utf-8"), re.M
    )
    declared = set()
    for path in (ROOT / "pyproject.toml", ROOT / "sealed/pyproject.toml"):
        if path.exists():
            config = tomllib.loads(path.read_text("utf-8"))
            wanted = config["project"]["dependencies"] + config.get("dependency-groups", {}).get(
                "dev", []
            )
            declared |= {re.split(r"[<>=!~\[; ]", line)[0] for line in wanted}
    assert sorted(set(lines) - {"distribution"}) == sorted(declared - {"cicatrix"})


def test_every_source_that_a_docstring_names_is_in_the_bibliography():
    known = set(
        re.findall(r"^@\w+\{([\w-]+),", (ROOT / "docs/sources.bib").read_text("utf-8"), re.M)
    )
    named = {}
    for path in [*(ROOT / "src").rglob("*.py"), *(ROOT / "sealed").rglob("*.py")]:
        for keys in SOURCES.findall(path.read_text("utf-8")):
            named |= dict.fromkeys(re.findall(KEY, keys), name(path))
    assert named, "no docstring names a source"
    assert {key: path for key, path in named.items() if key not in known} == {}


PACKAGES = [
    ROOT / "src/cicatrix" / name
    for name in ("analysis", "exchange", "measures", "simulation", "statistics", "store", "trial")
] + [ROOT / "sealed/src/cicatrix_sealed"]
MAPPED = [
    part
    for package in PACKAGES
    for part in sorted(package.glob("[!_]*"))
    if part.is_dir() or part.suffix == ".py"
]


@pytest.mark.parametrize("part", MAPPED, ids=name)
def test_the_map_names_every_module_and_package(part):
    quoted = re.findall(r"`([\w/.]+)`", ARCHITECTURE)
    drawn = re.findall(r"^ {4}([\w ]+?)(?: {2,}|$)", ARCHITECTURE, re.MULTILINE)
    words = {*quoted, *(word for line in drawn for word in line.split())}
    short = part.stem + "/" * part.is_dir()
    assert words & {
        short,
        f"{part.parent.name}/{short}",
        part.name,
        f"{part.parent.name}/{part.name}",
    }


def test_every_decision_is_listed_in_the_map():
    decisions = sorted((ROOT / "docs/adr").glob("*.md"))
    assert [one.name[:4] for one in decisions] == [f"{n:04}" for n in range(1, len(decisions) + 1)]
    assert [one.name for one in decisions if f"docs/adr/{one.name}" not in ARCHITECTURE] == []


def test_every_variable_of_the_environment_is_in_the_reference():
    read = {
        found
        for path in (ROOT / "src").rglob("*.py")
        for found in re.findall(r"\bCICATRIX_[A-Z_]+", path.read_text("utf-8"))
    }
    written = set(re.findall(r"`(CICATRIX_[A-Z_]+)`", REFERENCE))
    assert read
    assert read == written
