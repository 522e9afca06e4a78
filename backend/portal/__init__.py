"""一公开: the public portal, online only, reading published documents and nothing else."""
