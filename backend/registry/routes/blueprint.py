"""The blueprint of the registry."""

from backend.foundation.http import Blueprint

blp = Blueprint("registry", __name__, url_prefix="/api/v1", description="一单两库 Items, objects, inspectors")
