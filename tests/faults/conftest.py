"""The fuzzer starts from a submitted record, the other tests from the city as loaded."""

from tests.stages.reviews.conftest import phone, snapshot, submitted

__all__ = ["phone", "snapshot", "submitted"]
