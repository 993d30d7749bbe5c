"""The desk's pages as one router, but for those of article editing."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages.desk import (
    duplicates,
    effect,
    gap,
    gaps,
    health,
    overview,
    support,
    translations,
    vocabulary,
)

router = APIRouter(include_in_schema=False)
for module in (
    overview,
    gaps,
    gap,
    health,
    duplicates,
    translations,
    vocabulary,
    effect,
    support,
):
    router.include_router(module.router)
