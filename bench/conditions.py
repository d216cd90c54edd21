"""The conditions under which figures were taken: without them a figure says nothing."""

import os
import platform
from datetime import datetime
from pathlib import Path

import django
from django.db import connection
from django.utils import timezone


def conditions() -> list[str]:
    """Lines to print above a table: machine, load, versions, moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('shared_buffers')"
        )
        version, fsync, buffers = cursor.fetchone()
    now: datetime = timezone.localtime()
    return [
        f"{now:%d %B %Y %H:%M}, {_processor()}, {len(os.sched_getaffinity(0))} of {os.cpu_count()} cores, "
        f"load before the run {os.getloadavg()[0]:.1f}",
        f"Python {platform.python_version()}, Django {django.get_version()}, "
        f"PostgreSQL {version} (fsync {fsync}, shared_buffers {buffers})",
    ]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie, nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
