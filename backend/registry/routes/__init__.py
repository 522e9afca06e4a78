"""HTTP of the registry: the item list, the object directory, people, recusals, feeds."""

from backend.registry.routes import feeds, items, objects, people, recusals
from backend.registry.routes.blueprint import blp

__all__ = ["blp", "feeds", "items", "objects", "people", "recusals"]
