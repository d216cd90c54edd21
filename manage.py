#!/usr/bin/env python
"""Django's command line. `demo` starts everything; other commands share the demo's servers or start their own."""

import os
import sys

from devservices import demo, session
from devservices.children import Refusal


def main(argv: list[str]) -> int | str | None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "culture.settings")
    if argv[1:2] == ["demo"]:
        return demo.main(argv[2:])
    from django.core.management import execute_from_command_line

    try:
        with session.for_command(argv):
            execute_from_command_line(argv)
    except Refusal as refusal:
        return f"manage.py: {refusal}"
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv))
