"""Telling how a long operation goes: one line that is rewritten in a terminal, a line now and then in a log."""

import sys
import time

_LOG_INTERVAL_S = 15.0
# What is over before that needs no line of its own.
_FIRST_LINE_AFTER_S = 1.0


class Progress:
    """The progress of the one operation `title`, on standard error. Standard output is for results."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.began = time.monotonic()
        self.next_line = self.began + _FIRST_LINE_AFTER_S

    def show(self, state: str) -> None:
        """Where it is now. May be called often."""
        now = time.monotonic()
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{self.title}: {state}")
            sys.stderr.flush()
        elif now >= self.next_line:
            self._line(f"{self.title}: {state}")
            self.next_line = now + _LOG_INTERVAL_S

    def end(self, result: str) -> None:
        """It is done."""
        start = "\r\x1b[K" if sys.stderr.isatty() else ""
        self._line(f"{start}{self.title}: {result}, {time.monotonic() - self.began:.1f} s")

    @staticmethod
    def _line(text: str) -> None:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
