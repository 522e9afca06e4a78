"""The working-day calendar 工作日历: weekends, statutory holidays and make-up days, from the State Council's notices.

Years that have not been announced are provisional: plain weekdays, and said to be so.
"""

from datetime import date, timedelta

import chinese_calendar
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.foundation.database import Base


class CalendarDay(Base):
    """One day that an office has entered by hand; it overrides the built-in calendar."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    source: Mapped[str]


class WorkingCalendar:
    """Answers which days are working days; made once per request or job."""

    def __init__(self, entered: dict[date, bool]) -> None:
        self.entered = entered

    def is_working(self, day: date) -> bool:
        """Whether offices work on that day."""
        if day in self.entered:
            return self.entered[day]
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < 5

    def is_provisional(self, day: date) -> bool:
        """Whether the holidays of that day's year are not known yet."""
        if day in self.entered:
            return False
        try:
            chinese_calendar.is_workday(day)
        except NotImplementedError:
            return True
        return False

    def add(self, start: date, days: int) -> date:
        """The day that is `days` working days after `start`; day 1 is the first working day after it."""
        day = start
        while days > 0:
            day += timedelta(days=1)
            days -= self.is_working(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def load_calendar(session: Session) -> WorkingCalendar:
    """The calendar with this installation's own entries."""
    return WorkingCalendar({row.day: row.is_working for row in session.scalars(select(CalendarDay))})
