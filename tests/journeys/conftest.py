"""Where the journeys' tests start: a submitted record for those that ask for a phone, else the city as loaded."""

from tests.stages.draws.conftest import ceremony, draft, frozen, task
from tests.stages.fieldwork.conftest import inspections, lead, member
from tests.stages.reviews.conftest import phone, snapshot, submitted

__all__ = ["ceremony", "draft", "frozen", "inspections", "lead", "member", "phone", "snapshot", "submitted", "task"]
