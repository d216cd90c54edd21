"""JSON log lines with the request's id. Never a person, a token or an answer in a line."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

# Addresses that open something without a sign-in; and whose answers about a colleague are written at what time.
SECRETS = re.compile(r"((?:/v/|/x/|/reset/key/)(?=[^/\s]{12})|/feedback/(?=\d))[^/\s]+")
request_id: ContextVar[str] = ContextVar("request_id", default="")


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": SECRETS.sub(r"\1-", record.getMessage()),
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
