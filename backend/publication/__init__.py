"""公示: what becomes public, masked by an allow-list, versioned, never silently changed."""
