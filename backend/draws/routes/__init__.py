"""HTTP of draws: pools and dispatch, the ceremony, substitutions, and the public live page."""

from backend.draws.routes import ceremony, pools, substitutions, teams
from backend.draws.routes.blueprint import blp
from backend.draws.routes.live import live_blp

__all__ = ["blp", "ceremony", "live_blp", "pools", "substitutions", "teams"]
