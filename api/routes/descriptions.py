"""Descriptions for programs: /asyncapi.json and the pages at /docs, all from our own origin."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.asyncapi import describe
from api.reference import render

router = APIRouter(include_in_schema=False)


@router.get("/asyncapi.json")
async def asyncapi() -> dict[str, Any]:
    """The live channel as AsyncAPI 3."""
    return describe()


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """Both descriptions as one page that needs no script."""
    return HTMLResponse(render(request.app.openapi(), describe()))
