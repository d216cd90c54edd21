"""`python -m devservices COMMAND ...` runs a command on a private pair of servers that is forgotten afterwards."""

import subprocess
import sys

from devservices import private

if __name__ == "__main__":
    with private.servers("demo"):
        sys.exit(subprocess.run(sys.argv[1:]).returncode)
