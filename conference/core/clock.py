"""What time it is. Nobody else asks the machine."""

from datetime import datetime

from conference.core.running import running


def now() -> datetime:
    """The present moment, aware, in UTC; tests fix it through their app's context."""
    return running().clock()


def epoch() -> int:
    """The present moment in whole seconds since 1970."""
    return int(now().timestamp())
