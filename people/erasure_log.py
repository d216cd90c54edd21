"""Who has been erased, outside the database: a restored backup must not bring anybody back (docs/decisions/013).

One line for each person: the number of the account and the moment it was made, by which the same row of a backup is known
again. No name, no address: the file says nothing about anybody to those who hold only the file.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from core.errors import DomainError
from people.models import User


class LogUnwritable(DomainError):
    """The erasure cannot be kept, so it is taken back."""


@dataclass(frozen=True)
class Line:
    user: int
    joined_at: datetime
    on: date

    def fits(self, user: User) -> bool:
        """Whether it speaks of this account, not of another one that has its number in another installation."""
        return user.pk == self.user and user.joined_at == self.joined_at


@dataclass(frozen=True)
class Read:
    lines: list[Line]  # oldest first
    unreadable: list[int]  # numbers of lines, from 1, such as one that a power cut tore


def append(user: User, *, on: date) -> None:
    """Write a line that survives a power cut. Raises LogUnwritable."""
    line = json.dumps({"user": user.pk, "joined_at": user.joined_at.isoformat(), "on": on.isoformat()})
    try:
        _path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(_path(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "r+b") as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                torn = file.read(1) != b"\n"
                line = f"\n{line}" if torn else line
            file.write(f"{line}\n".encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise LogUnwritable(f"Nobody was erased: {_path()} cannot be written ({error.strerror}).") from error


def read() -> Read:
    """All erasures; none where there is no file. A line that cannot be read hides no other."""
    found = Read([], [])
    texts = _path().read_text(encoding="utf-8", errors="replace").splitlines() if _path().exists() else []
    for number, text in enumerate(texts, start=1):
        try:
            said = json.loads(text)
            line = Line(int(said["user"]), datetime.fromisoformat(said["joined_at"]), date.fromisoformat(said["on"]))
        except (ValueError, KeyError, TypeError):
            found.unreadable.append(number)
        else:
            found.lines.append(line)
    return found


def _path() -> Path:
    return Path(settings.ERASURE_LOG)
