"""The words of the pages that somebody who is asked reads: all marked, all in German, and compiled as they are written."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def test_german_lacks_no_text_and_is_compiled_as_it_is_written():
    checked = subprocess.run(
        [sys.executable, "bin/messages.py", "--check"],
        cwd=ROOT,
        env=os.environ | {"WHEELHOUSE_MODE": "test"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_language_of_the_pages_has_its_words():
    folders = {path.name for path in (ROOT / "locale").iterdir()}

    assert folders == {code for code, _ in settings.LANGUAGES if not code.startswith("en")}
