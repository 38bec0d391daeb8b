"""What a log may say."""

import logging
import re

# The last word counts: in /reset/key/SECRET/ it is what follows `key` that must not be read.
TOKEN_IN_PATH = re.compile(r"(/(?:(?:setup|join|key|reset|device|room|stop|shared)/)+|\?code=)[^/&\s]+")


class CalmRefusals(logging.Filter):
    """Write a request answered with 4xx as one line of information: it is no fault of ours and needs no traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 500) < 500:
            record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
            record.exc_info = record.exc_text = None
            return logging.getLogger().isEnabledFor(logging.INFO)
        return True


class HideTokens(logging.Filter):
    """Blank the secret part of one-time addresses, which Django writes into its log with every refused request."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if (hidden := TOKEN_IN_PATH.sub(r"\1…", message)) != message:
            record.msg, record.args = hidden, None
        return True
