"""The clock of the regime: deadlines in calendar and working days, and the notices they cause."""
