"""What can go wrong when a notice is acknowledged."""

from backend.foundation.problems import NotAllowed, StateConflict


class NotAddressed(NotAllowed):
    """A notice is acknowledged by the body that it went to; those above it only read it."""

    slug = "not-addressed"
    title = "此单不是发给本单位的"
    title_en = "This notice is addressed to another body"


class AlreadyAcknowledged(StateConflict):
    """Somebody of the body has acknowledged it before."""

    slug = "already-acknowledged"
    title = "此单已签收"
    title_en = "This notice is acknowledged already"
