"""Changes of this stage: freezing a pool, the ceremony of a draw, dispatch, voiding."""
