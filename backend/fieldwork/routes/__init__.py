"""HTTP of fieldwork: inspections and their packets, operations, files, rescue files."""

from backend.fieldwork.routes import devices, inspections, uploads
from backend.fieldwork.routes.blueprint import blp

__all__ = ["blp", "devices", "inspections", "uploads"]
