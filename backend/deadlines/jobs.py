"""What the clock does every morning."""

from datetime import datetime

from backend.deadlines.actions import issue_notices
from backend.foundation.database import transaction


def issue_due_notices(now: datetime) -> int:
    """Issue the notices that are due; a second run issues nothing more. Returns how many were issued."""
    with transaction() as session:
        return len(issue_notices(session, now=now))
