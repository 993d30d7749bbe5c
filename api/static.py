"""Static files under an address that changes with them, so that browsers may keep them."""

from __future__ import annotations

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.web import STATIC, VERSION

_FOR_EVER = "public, max-age=31536000, immutable"


class VersionedFiles(StaticFiles):
    """`/static/<version>/css/base.css`; a script's imports stay in its version by themselves."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        version, _, name = path.replace("\\", "/").partition("/")
        known = version == VERSION
        response = await super().get_response(name if known else path, scope)
        response.headers["Cache-Control"] = _FOR_EVER if known else "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
