"""The one place that reads the clock. Everything else is handed `now`."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

Clock = Callable[[], datetime]

# China has kept one time without summer time since 1991, so a fixed offset needs no zone database.
CHINA = timezone(timedelta(hours=8), "CST")


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def china_date(moment: datetime) -> date:
    """The calendar day of a moment in China: deadlines count these days."""
    return moment.astimezone(CHINA).date()
