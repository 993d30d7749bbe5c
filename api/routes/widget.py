"""`GET /widget.js`: the script that sites put into their pages."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse

from api.web import STATIC

router = APIRouter()

_HEADERS = {
    # An hour: whoever updates the service need not touch the sites.
    "Cache-Control": "public, max-age=3600",
    # Any site may load it, also with `crossorigin` and `integrity`.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


@router.get("/widget.js", response_class=FileResponse, tags=["widget"])
def widget() -> FileResponse:
    """The help widget's script; see docs/widget.md."""
    return FileResponse(
        STATIC / "widget" / "widget.js", media_type="text/javascript", headers=_HEADERS
    )
