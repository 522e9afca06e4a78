"""Reads of the review desk: the queues, one whole record, and what was decided on it."""

from backend.reviews.queries.queue import list_queue
from backend.reviews.queries.records import (
    find_duty,
    get_approval,
    get_sign_off,
    get_visible_record,
    show_record,
)

__all__ = ["find_duty", "get_approval", "get_sign_off", "get_visible_record", "list_queue", "show_record"]
