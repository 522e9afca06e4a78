"""A submitted record, made once for the tests of deadlines."""

from tests.stages.reviews.conftest import phone, snapshot, submitted

__all__ = ["phone", "snapshot", "submitted"]
