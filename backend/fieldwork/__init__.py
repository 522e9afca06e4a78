"""The visit: packets for phones, the operation log that comes back, photos, and the sealed record."""
