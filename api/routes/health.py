"""`/healthz`: the process lives. `/readyz`: it can answer."""

from __future__ import annotations

from fastapi import APIRouter

from api.auth import StateDep

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """Always `ok` while the process answers at all."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(state: StateDep) -> dict[str, str | int]:
    """`ready` with the serving generation; a problem with status 503 while none can be opened."""
    return {"status": "ready", "generation": state.knowledge_base.generation}
