"""The blueprint of draws; a file is received whole before the transaction begins."""

from flask import request

from backend.draws.actions.evidence import LARGEST_EVIDENCE
from backend.foundation.http import Blueprint

blp = Blueprint("draws", __name__, url_prefix="/api/v1", description="双随机 Pools and draws")


@blp.before_request
def receive_file() -> None:
    """Wait for the whole file now: inside the write transaction a slow line would make every other wait."""
    if request.endpoint == "draws.keep_file":
        request.max_content_length = LARGEST_EVIDENCE
        request.get_data()
