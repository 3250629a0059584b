"""The hooks, the action and the GitLab jobs as they are run: real pre-commit, and every line of shell by a real shell."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml

from mpp_qms.messages import LANGUAGES
from mpp_qms.new_repository import New, NewUnit, files
from tests.factories import as_text, mall
from tests.program import environment, run

ROOT = Path(__file__).parents[1]
SHIPPED = ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "src", "clauses", ".pre-commit-hooks.yaml")
BASH = shutil.which("bash")
needs_bash = pytest.mark.skipif(BASH is None or sys.platform == "win32", reason="no bash here")

#: The options of `check` that the hooks and jobs use; where one is not there yet, what relies on it cannot be run.
CHECK = run("check", "--help", MPP_QMS_LANG="en").stdout


def knows(option: str, value: str = "") -> bool:
    """True where `check` has an option and, of a closed list, the value."""
    return option in CHECK and (not value or run("check", option, value, "--root", "records").returncode != 2)


def git(folder: Path, *words: str) -> str:
    who = {f"GIT_{role}_{what}": "P-001" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *words], cwd=folder, env=clean | who, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """A git repository with the ready mall of the factories in records/, committed."""
    top = tmp_path / "mall"
    for path, text in as_text(mall()).items():
        (top / "records" / path).parent.mkdir(parents=True, exist_ok=True)
        (top / "records" / path).write_text(text, encoding="utf-8", newline="\n")
    git(top, "init", "--quiet", "-b", "main")
    git(top, "add", "-A")
    git(top, "commit", "--quiet", "-m", "records")
    return top


def spoil(top: Path) -> Path:
    """Put a record into a mall that check does not let pass."""
    path = top / "records" / "evidence" / "EVD-2024-900.yaml"
    path.write_text("id: EVD-2024-900\ntitel: x\n", encoding="utf-8")
    git(top, "add", "-A")
    return path


# --- pre-commit ---


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project as pre-commit fetches it: a git repository with what is needed to install it."""
    pytest.importorskip("pre_commit", reason="pre-commit is not installed")
    top = tmp_path_factory.mktemp("project") / "mpp-qms"
    top.mkdir()
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, top / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        else:
            shutil.copyfile(source, top / name)
    git(top, "init", "--quiet", "-b", "main")
    git(top, "add", "-A", "--force")
    git(top, "commit", "--quiet", "-m", "project")
    return top


def needed() -> str:
    """The folders that hold all that this project needs to be installed and run; skips where something is missing."""
    with (ROOT / "pyproject.toml").open("rb") as stream:
        project = tomllib.load(stream)
    found: dict[str, None] = {}
    for requirement in (*project["project"]["dependencies"], *project["build-system"]["requires"]):
        name = re.split(r"[^A-Za-z0-9_.-]", requirement)[0]
        try:
            found[str(metadata.distribution(name).locate_file(""))] = None
        except metadata.PackageNotFoundError:
            pytest.skip(f"{name}, which pre-commit would have to install along with the project, is not here")
    return os.pathsep.join(found)


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which pre-commit installs a project without asking anybody: what it needs is installed here."""
    return environment(
        PRE_COMMIT_HOME=str(tmp_path_factory.mktemp("pre-commit")),
        PYTHONPATH=needed(),
        PIP_NO_INDEX="1",
        PIP_NO_BUILD_ISOLATION="0",  # pip reads it as: no isolation
        MPP_QMS_LANG="en",
        GIT_AUTHOR_NAME="P-001",
        GIT_AUTHOR_EMAIL="P-001",
        GIT_COMMITTER_NAME="P-001",
        GIT_COMMITTER_EMAIL="P-001",
    )


def configure(top: Path, project: Path, *hooks: dict[str, Any]) -> None:
    entry = {"repo": str(project), "rev": git(project, "rev-parse", "HEAD"), "hooks": list(hooks)}
    (top / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [entry]}), encoding="utf-8")
    git(top, "add", "-A")


def pre_commit(top: Path, offline: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", *words]
    return subprocess.run(command, cwd=top, env=offline, capture_output=True, encoding="utf-8", check=False)


#: `check` without what is built beside it: where --staged is not there yet, the rest of the hook is run all the same.
ARGS: dict[str, Any] = {} if knows("--staged") else {"args": []}


def test_the_manifest_is_one(project: Path, offline: dict[str, str]) -> None:
    done = pre_commit(project, offline, "validate-manifest", ".pre-commit-hooks.yaml")
    assert done.returncode == 0, done.stdout
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in manifest] == ["mpp-qms-check", "mpp-qms-fmt"]
    assert all(hook["language"] == "python" and not hook["pass_filenames"] for hook in manifest)


def test_the_hook_lets_sound_records_pass_and_stops_others(
    records: Path, project: Path, offline: dict[str, str]
) -> None:
    """Installed by pre-commit into an environment of its own, as on the computer of any officer."""
    configure(records, project, {"id": "mpp-qms-check", **ARGS})
    done = pre_commit(records, offline, "run")
    assert (done.returncode, "Passed" in done.stdout) == (0, True), done.stdout + done.stderr
    spoil(records)
    done = pre_commit(records, offline, "run")
    assert done.returncode == 1
    assert "EVD-2024-900.yaml" in done.stdout
    assert "titel" in done.stdout


def test_git_commit_asks_the_hook(records: Path, project: Path, offline: dict[str, str]) -> None:
    configure(records, project, {"id": "mpp-qms-check", **ARGS})
    installed = pre_commit(records, offline, "install")
    assert installed.returncode == 0, installed.stdout
    spoil(records)
    words = ["git", "commit", "-m", "x"]
    done = subprocess.run(words, cwd=records, env=offline, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, "EVD-2024-900.yaml" in done.stderr) == (1, True), done.stderr
    assert git(records, "log", "--format=%s") == "records"


def test_a_commit_that_only_deletes_is_looked_at_too(records: Path, project: Path, offline: dict[str, str]) -> None:
    configure(records, project, {"id": "mpp-qms-check", **ARGS})
    git(records, "commit", "--quiet", "-m", "hook")
    victim = next((records / "records").rglob("unit.yaml"))
    git(records, "rm", "--quiet", str(victim))
    done = pre_commit(records, offline, "run")
    assert (done.returncode, "Failed" in done.stdout) == (1, True), done.stdout


@pytest.mark.skipif(not knows("--staged"), reason="check has no --staged yet")
def test_what_is_staged_counts_and_not_what_lies_beside_it(
    records: Path, project: Path, offline: dict[str, str]
) -> None:
    configure(records, project, {"id": "mpp-qms-check"})
    broken = spoil(records)
    broken.write_text("mended, but not staged", encoding="utf-8")
    assert pre_commit(records, offline, "run").returncode == 1


def test_the_other_hook_puts_records_into_the_standard_form(
    records: Path, project: Path, offline: dict[str, str]
) -> None:
    configure(records, project, {"id": "mpp-qms-fmt"})
    pre_commit(records, offline, "run", "--all-files")
    git(records, "add", "-A")
    assert pre_commit(records, offline, "run", "--all-files").returncode == 0
    path = records / "records" / "qms.yaml"
    sound = path.read_bytes()
    path.write_bytes(sound.replace(b"schema: 1\n", b"") + b"schema: 1\n")
    git(records, "add", "-A")
    done = pre_commit(records, offline, "run")
    assert done.returncode == 1
    assert "files were modified by this hook" in done.stdout
    assert path.read_bytes() == sound


# --- what runs on a server ---


class Job:
    """A job of a CI system: its steps of shell, each with its own environment, as the system hands it over."""

    def __init__(self, steps: list[tuple[str, dict[str, str]]], flags: tuple[str, ...]) -> None:
        self.steps, self.flags = steps, flags

    def run(self, folder: Path, tools: Path, **given: str) -> tuple[int, str]:
        """Run the steps one after another until one fails; the exit code, and all that was said."""
        said = ""
        for text, own in self.steps:
            assert BASH is not None
            env = environment(MPP_QMS_LANG="en") | own | given
            env["PATH"] = f"{tools}{os.pathsep}{os.environ['PATH']}"
            done = subprocess.run(
                [BASH, *self.flags, "-c", text], cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False
            )
            said += done.stdout + done.stderr
            if done.returncode != 0:
                return done.returncode, said
        return 0, said


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """Stand-ins on PATH: pip that notes what it would install, and mpp-qms that notes its words and then runs."""
    folder = tmp_path / "tools"
    folder.mkdir()
    log = folder / "log"
    scripts = {
        "python": f'printf "pip:%s\\n" "$*" >> "{log}"',
        "mpp-qms": f'printf "mpp-qms" >> "{log}"; printf "|%s" "$@" >> "{log}"; echo >> "{log}"\n'
        f'words=(); for word in "$@"; do case "$word" in {LEFT_OUT}) ;; *) words+=("$word") ;; esac; done\n'
        f'exec "{sys.executable}" -m mpp_qms "${{words[@]}}"',
    }
    for name, text in scripts.items():
        (folder / name).write_text(f"#!{BASH}\n{text}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


#: What `check` does not know yet is noted and left out, so that the shell around it can be run today.
LEFT_OUT = "|".join(
    [
        "--nothing-at-all",
        *([] if knows("--against") else ["--against=*"]),
        *([] if knows("--format", "github") else ["--format=github"]),
        *([] if knows("--format", "gitlab") else ["--format=gitlab"]),
    ]
)


def log(tools: Path) -> list[str]:
    return (tools / "log").read_text(encoding="utf-8").splitlines()


def value(expression: str, github: dict[str, str]) -> str:
    """What GitHub makes of `${{ a || b }}`: the first that is not empty."""
    names = re.fullmatch(r"\$\{\{ ([^}]+) \}\}", expression)
    if names is None:
        assert "${{" not in expression
        return expression
    return next((github[name] for name in names[1].split(" || ") if github.get(name)), "")


def action(**github: str) -> Job:
    """The action, with what GitHub knows."""
    data = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    known = {f"inputs.{name}": entry["default"] for name, entry in data["inputs"].items()}
    known |= {"github.action_path": "/the/action"} | {name.replace("__", "."): text for name, text in github.items()}
    steps = []
    for step in data["runs"]["steps"]:
        if "run" in step:
            assert step["shell"] == "bash"
            steps.append((step["run"], {name: value(text, known) for name, text in step.get("env", {}).items()}))
    return Job(steps, ("--noprofile", "--norc", "-eo", "pipefail"))


def new(language: Any) -> dict[str, str]:
    """What init writes."""
    unit = NewUnit("a", "A")
    return files(New("M", unit, (), language, "iso-9001-2015", date(2026, 1, 1), ("github", "gitlab", "pre-commit")))


def workflow(language: Any, **github: str) -> Job:
    """The workflow that init writes for GitHub."""
    data = yaml.safe_load(new(language)[".github/workflows/mpp-qms.yml"])
    known = {name.replace("__", "."): text for name, text in github.items()}
    steps = [step for step in data["jobs"]["check"]["steps"] if "run" in step]
    found = [(step["run"], {name: value(text, known) for name, text in step["env"].items()}) for step in steps]
    return Job(found, ("--noprofile", "--norc", "-eo", "pipefail"))


def gitlab(text: str, **inputs: str) -> Job:
    """A job of GitLab, its inputs filled in, in one shell as GitLab runs it."""
    *head, body = yaml.safe_load_all(text)
    known = {name: str(entry.get("default", "")) for name, entry in head[0]["spec"]["inputs"].items()} if head else {}
    known |= inputs
    (job,) = body.values()
    assert all("$[[" not in line for line in job["script"])
    own = {
        name: re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda match: known[match[1]].replace("True", "true"), entry)
        for name, entry in job["variables"].items()
    }
    return Job([("\n".join(job["script"]), own)], ("-eo", "pipefail"))


COMPONENT = (ROOT / "templates" / "check.yml").read_text(encoding="utf-8")


def test_no_text_from_outside_is_pasted_into_a_shell() -> None:
    """Not a title of a pull request, not an input: in the text of a command nothing is filled in by the system."""
    texts = [
        step["run"] for step in yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"] if "run" in step
    ]
    for language in LANGUAGES:
        steps = yaml.safe_load(new(language)[".github/workflows/mpp-qms.yml"])["jobs"]["check"]["steps"]
        texts += [step.get("run", "") for step in steps]
        texts += yaml.safe_load(new(language)[".gitlab-ci.yml"])["mpp-qms"]["script"]
    texts += list(yaml.safe_load_all(COMPONENT))[1]["mpp-qms-check"]["script"]
    assert len(texts) > 8
    for text in texts:
        assert "${{" not in text
        assert "$[[" not in text
        assert "eval" not in text


@needs_bash
def test_the_action_installs_itself_and_checks_against_the_base_of_a_pull_request(records: Path, tools: Path) -> None:
    base = git(records, "rev-parse", "HEAD")
    code, said = action(github__event__pull_request__base__sha=base).run(records, tools)
    assert code == 0, said
    assert log(tools)[0].endswith("install --disable-pip-version-check --quiet -- /the/action")
    assert log(tools)[1:] == [f"mpp-qms|check|--format=github|--against={base}"]


@needs_bash
@pytest.mark.parametrize("before", ["", "0" * 40, "none"])
def test_without_a_base_the_action_says_so(records: Path, tools: Path, before: str) -> None:
    known = {"inputs.against": "none"} if before == "none" else {"github__event__before": before}
    code, said = action(**known).run(records, tools)
    assert code == 0
    assert said.startswith("::notice::There is no earlier version")
    assert log(tools)[1:] == ["mpp-qms|check|--format=github"]


@needs_bash
def test_the_inputs_of_the_action(records: Path, tools: Path) -> None:
    job = action(inputs__root="records", inputs__strict="true", inputs__against="HEAD", inputs__package="mpp-qms==9")
    code, said = job.run(records, tools)
    assert code == 0, said
    assert log(tools)[0].endswith("-- mpp-qms==9")
    assert log(tools)[1:] == ["mpp-qms|check|--format=github|--root=records|--strict|--against=HEAD"]
    assert action(inputs__strict="perhaps").run(records, tools)[0] == 2


@needs_bash
def test_the_action_fails_where_check_does(records: Path, tools: Path) -> None:
    spoil(records)
    code, said = action(inputs__against="none").run(records, tools)
    assert code == 1
    assert "EVD-2024-900.yaml" in said


EVIL = "\"; touch owned; echo $(touch owned) `touch owned` '${{ github.token }}"


@needs_bash
def test_what_stands_in_an_input_is_never_run(records: Path, tools: Path) -> None:
    job = action(inputs__root=EVIL, inputs__against=EVIL, inputs__package=EVIL)
    code, _ = job.run(records, tools)
    assert code == 2
    assert log(tools)[-1] == f"mpp-qms|check|--format=github|--root={EVIL}|--against={EVIL}"
    assert action(inputs__strict=EVIL).run(records, tools)[0] == 2
    gitlab(COMPONENT, root=EVIL, against=EVIL, package=EVIL).run(records, tools)
    assert not list(records.rglob("owned"))


@needs_bash
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workflow_that_init_writes(records: Path, tools: Path, language: str) -> None:
    base = git(records, "rev-parse", "HEAD")
    assert workflow(language, github__event__pull_request__base__sha=base).run(records, tools)[0] == 0
    assert log(tools)[0].startswith("pip:-m pip install --disable-pip-version-check mpp-qms==")
    assert log(tools)[1] == f"mpp-qms|check|--root=records|--format=github|--against={base}"
    code, said = workflow(language, github__event__before="0" * 40).run(records, tools)
    assert (code, "::notice::" in said) == (0, True)
    spoil(records)
    assert workflow(language).run(records, tools)[0] == 1


@needs_bash
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_gitlab_job_that_init_writes(records: Path, tools: Path, language: str) -> None:
    base = git(records, "rev-parse", "HEAD")
    job = gitlab(new(language)[".gitlab-ci.yml"])
    code, said = job.run(records, tools, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert code == 0, said
    words = f"mpp-qms|check|--root=records|--against={base}"
    assert log(tools)[1:] == [f"{words}|--format=gitlab|--output=mpp-qms.json", words]
    assert (records / "mpp-qms.json").is_file()
    spoil(records)
    assert job.run(records, tools)[0] == 1


def replaced(top: Path) -> str:
    """A forced push: what stood at the tip is kept by another branch only; its commit."""
    (top / "more.txt").write_text("more\n", encoding="utf-8")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "thrown away")
    gone = git(top, "rev-parse", "HEAD")
    git(top, "branch", "kept")
    git(top, "reset", "-q", "--hard", "HEAD^")
    return gone


@needs_bash
@pytest.mark.parametrize("which", ["action", *LANGUAGES])
def test_a_forced_push_stops_the_workflow_but_not_on_the_branch_of_a_pull_request(
    records: Path, tools: Path, which: Any
) -> None:
    base, gone = git(records, "rev-parse", "HEAD"), replaced(records)
    made = action if which == "action" else partial(workflow, which)
    code, said = made(github__event__before=gone).run(records, tools)
    assert code == 1
    assert said.startswith("::error::")
    assert gone in said
    assert made(github__event__before=gone, github__event__pull_request__base__sha=base).run(records, tools)[0] == 0
    assert made(github__event__before=base).run(records, tools)[0] == 0


@needs_bash
@pytest.mark.parametrize("which", ["component", *LANGUAGES])
def test_a_forced_push_stops_the_gitlab_job(records: Path, tools: Path, which: Any) -> None:
    base, gone = git(records, "rev-parse", "HEAD"), replaced(records)
    job = gitlab(COMPONENT if which == "component" else new(which)[".gitlab-ci.yml"])
    code, said = job.run(records, tools, CI_COMMIT_BEFORE_SHA=gone)
    assert (code, gone in said) == (1, True)
    assert job.run(records, tools, CI_COMMIT_BEFORE_SHA=base)[0] == 0


@needs_bash
def test_the_gitlab_component(records: Path, tools: Path) -> None:
    code, said = gitlab(COMPONENT, root="records", strict="True", against="HEAD").run(records, tools)
    assert code == 0, said
    assert log(tools)[-1] == "mpp-qms|check|--root=records|--strict|--against=HEAD"
    code, said = gitlab(COMPONENT).run(records, tools, CI_COMMIT_BEFORE_SHA="0" * 40)
    assert (code, "was not judged" in said) == (0, True)
    spoil(records)
    assert gitlab(COMPONENT).run(records, tools)[0] == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pre_commit_set_up_that_init_writes(language: Any, tmp_path: Path, offline: dict[str, str]) -> None:
    pytest.importorskip("pre_commit", reason="pre-commit is not installed")
    (tmp_path / ".pre-commit-config.yaml").write_text(new(language)[".pre-commit-config.yaml"], encoding="utf-8")
    done = pre_commit(tmp_path, offline, "validate-config", ".pre-commit-config.yaml")
    assert done.returncode == 0, done.stdout
