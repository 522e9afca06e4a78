"""The two random draws, of objects and of inspectors, and the proof that anyone can recompute."""
