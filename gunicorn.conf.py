"""How the web process runs, in the demo and in production alike. gunicorn reads this file by itself.

One worker process per core and a few threads each: the work waits mostly for the database.
"""

import importlib
import os
from typing import Any

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True  # import once, then fork: half the start and less memory
max_requests = 1000  # a slow leak never grows old
max_requests_jitter = 100
timeout = 60  # seconds
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
control_socket_disable = True  # it would lie at one fixed place in the home folder, for all instances

# Method, path, status and milliseconds. No address, no query string, no referrer, no person: with the time of a line
# any of them could tell who answered a survey.
accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s %(M)s ms"
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "core.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "gunicorn.error": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "gunicorn.access": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}


def when_ready(server: Any) -> None:
    """Before the workers are forked: no visitor waits for it, and the workers share the memory."""
    importlib.import_module("culture.warm").warm()
