"""`python -m devservices COMMAND ...` runs a command on a private pair of servers that is forgotten afterwards."""

import signal
import subprocess
import sys

from devservices import private
from devservices.children import Refusal


def main(argv: list[str]) -> int | str:
    try:
        with private.servers("demo"):
            command = subprocess.Popen(argv)
            signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the command, which has it from the terminal
            signal.signal(signal.SIGTERM, lambda *_: command.terminate())
            return command.wait()
    except Refusal as refusal:
        return f"devservices: {refusal}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
