"""Reads of this stage: pools, draws, and what came of them."""
