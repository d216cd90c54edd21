"""The scripts of bin/: what they refuse, in one line, and what they leave alone."""

import shutil
import subprocess
import sys

import pytest

from devservices.paths import CHECKOUT

LOCKS = ("requirements.in", "requirements-dev.in", "requirements.txt", "requirements-dev.txt")


def run(*argv, cwd=CHECKOUT, **environment):
    env = {"PATH": "/usr/bin:/bin", **environment}
    return subprocess.run([str(part) for part in argv], cwd=cwd, env=env, capture_output=True, text=True)


@pytest.fixture
def locks(tmp_path):
    for name in LOCKS:
        shutil.copy(CHECKOUT / name, tmp_path)
    return tmp_path


def check_lock(folder):
    return run(sys.executable, CHECKOUT / "bin" / "check_lock.py", cwd=folder)


def test_the_locked_requirements_are_in_step(locks):
    assert check_lock(locks).stderr == ""


@pytest.mark.parametrize(
    ("file", "before", "after", "complaint"),
    [
        ("requirements.in", "gunicorn\n", "gunicorn\nuvicorn\n", "does not pin uvicorn"),
        ("requirements.in", "gunicorn\n", "", "still holds gunicorn"),
        ("requirements.in", "gunicorn\n", "gunicorn<1\n", "does not pin gunicorn<1"),
        ("requirements-dev.txt", "gunicorn==", "gunicorn==0", "requirements.txt"),
        ("requirements.txt", "--hash=sha256:", "--hash=md5:", "has no hash"),
        ("requirements.txt", "amqp==", "--index-url https://index.example.org\namqp==", "names a host"),
    ],
)
def test_locked_requirements_out_of_step_are_named(locks, file, before, after, complaint):
    text = (locks / file).read_text()
    assert before in text
    (locks / file).write_text(text.replace(before, after))

    found = check_lock(locks)

    assert found.returncode == 1
    assert complaint in found.stderr


def test_set_up_does_nothing_when_exactly_this_is_installed(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    shutil.copy(CHECKOUT / "requirements.txt", tmp_path / ".installed-requirements")

    done = run("sh", "bin/setup", tmp_path, "requirements.txt")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_set_up_leaves_a_folder_alone_that_is_no_virtual_environment(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Eve")

    done = run("sh", "bin/setup", tmp_path, "requirements.txt", PYTHON=sys.executable)

    assert done.returncode == 1
    assert done.stderr == f"bin/setup: {tmp_path} is not a virtual environment: move it away.\n"
    assert (tmp_path / "letter.txt").exists()


def test_set_up_names_the_python_it_needs(tmp_path):
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    done = run("sh", "bin/setup", tmp_path / "venv", "requirements.txt", PYTHON=str(old))

    assert done.returncode == 1
    assert done.stderr.startswith("bin/setup: Python 3.11 or newer is needed")


def test_in_ci_a_missing_browser_is_a_failure_and_elsewhere_a_notice():
    elsewhere = run("sh", "bin/chromium", CHROMIUM="/no/such/browser")
    in_ci = run("sh", "bin/chromium", CHROMIUM="/no/such/browser", CI="true")

    assert (elsewhere.returncode, in_ci.returncode) == (0, 1)
    assert "The browser tests will be left out." in elsewhere.stderr
