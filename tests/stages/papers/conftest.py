"""The visit of the review desk's tests: a submitted record and the phone that handed it in."""

from tests.stages.reviews.conftest import phone, snapshot, submitted

__all__ = ["phone", "snapshot", "submitted"]
