"""A demo whose product is one idle process: what the supervisor's tests start, as the real one takes its time."""

import socket
import sys
from collections.abc import Sequence

from devservices import demo
from devservices.children import Program

IDLE = (sys.executable, "-c", "import time; time.sleep(600)")


class SmallDemo(demo.Demo):
    def _prepare(self) -> None:
        self.sign_ins.append("Employee\tnoor@example.org\tsecret")

    def _start_programs(self, listeners: Sequence[socket.socket]) -> None:
        self._run(Program("The web server", IDLE, self.session.state / "web.log"))


if __name__ == "__main__":
    sys.exit(demo.main(sys.argv[1:], kind=SmallDemo))
