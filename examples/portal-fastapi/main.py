"""The backend of examples/portal once more, in Python: session, token route, revoke at sign-out.

Run:  ZCBOT_PLATFORM_KEY=... uvicorn main:app --port 3000
"""

import html
import os
import secrets
import string
import time
from pathlib import Path

import httpx
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

HERE = Path(__file__).resolve().parent
SHARED = HERE.parent / "portal" / "public"
ZCBOT_ORIGIN = os.environ.get("ZCBOT_ORIGIN", "http://127.0.0.1:8765")
PLATFORM_KEY = os.environ.get("ZCBOT_PLATFORM_KEY", "")
if not PLATFORM_KEY:
    raise SystemExit("ZCBOT_PLATFORM_KEY is required; it is the PLATFORM_KEY of the zcbot server")

ZCBOT_TIMEOUT_SECONDS = 5
SESSION_COOKIE = "portal_session"
SESSION_SECONDS = 12 * 3600

# A real platform has a user table, with each user's zcbot id beside it.
USERS = {
    "a": {"name": "用户 A", "zcbot_user_id": "a0000000-0000-4000-8000-000000000001"},
    "b": {"name": "用户 B", "zcbot_user_id": "b0000000-0000-4000-8000-000000000002"},
}
# Session id -> (user, end of life). In memory: run one worker, or put it in your own store.
sessions: dict = {}

app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
# Anybody may sign in here, so it answers under loopback names only (no DNS rebinding).
app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])


@app.middleware("http")
async def security_headers(request: Request, call_next):
    response = await call_next(request)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self'; frame-src {ZCBOT_ORIGIN}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Not `no-referrer`: under it browsers send `Origin: null` with a form's POST.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def own_origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers['host']}"


def same_origin(request: Request) -> None:
    """SameSite=Lax stops other sites, not other ports of this host; Origin stops both.

    Browsers send it with every POST; without it, it is curl or another program.
    """
    if request.headers.get("origin", own_origin(request)) != own_origin(request):
        raise HTTPException(403, "cross_origin")


def session_user(request: Request):
    user, end = sessions.get(request.cookies.get(SESSION_COOKIE), (None, 0.0))
    return user if end > time.time() else None


def current_user(request: Request) -> dict:
    user = session_user(request)
    if user is None:
        raise HTTPException(401, "not_signed_in")
    return user


async def call_zcbot(path: str, body: dict) -> httpx.Response:
    """Server to server, with the platform key, which no browser may ever see.

    httpx follows no redirects by default; following a 307 would hand the key on.
    """
    try:
        async with httpx.AsyncClient(timeout=ZCBOT_TIMEOUT_SECONDS) as client:
            response = await client.post(
                f"{ZCBOT_ORIGIN}{path}", json={**body, "platform_key": PLATFORM_KEY}
            )
    except httpx.TimeoutException:
        raise HTTPException(502, "zcbot did not answer in time") from None
    except httpx.HTTPError:
        raise HTTPException(502, "zcbot cannot be reached") from None
    if response.status_code == 401:
        raise HTTPException(502, "zcbot refused the platform key")
    if not response.is_success:
        raise HTTPException(502, f"zcbot answered {response.status_code}")
    return response


@app.post("/api/zcbot-token", dependencies=[Depends(same_origin)])
async def issue_zcbot_token(user: dict = Depends(current_user)) -> dict:
    """The one route an embedding needs: whoever is signed in here gets a token for zcbot."""
    user_id = user["zcbot_user_id"]
    response = await call_zcbot("/v1/auth/login", {"user_id": user_id, "user_name": user["name"]})
    try:
        token = response.json()["token"]
    except (ValueError, KeyError, TypeError):
        raise HTTPException(502, "zcbot answered with something else") from None
    return {"token": token, "user_id": user_id, "user_name": user["name"]}


@app.post("/login/{name}", dependencies=[Depends(same_origin)])
async def sign_in(name: str, request: Request) -> Response:
    if name not in USERS:
        raise HTTPException(400, "unknown_user")
    sessions.pop(request.cookies.get(SESSION_COOKIE), None)
    session_id = secrets.token_urlsafe(32)
    sessions[session_id] = (USERS[name], time.time() + SESSION_SECONDS)
    response = RedirectResponse("/", 303)
    # Behind https add secure=True.
    response.set_cookie(
        SESSION_COOKIE, session_id, max_age=SESSION_SECONDS, httponly=True, samesite="lax"
    )
    return response


@app.post("/logout", dependencies=[Depends(same_origin)])
async def sign_out(request: Request) -> Response:
    """The portal's own session ends first and in any case; then zcbot hears of it."""
    user = session_user(request)
    sessions.pop(request.cookies.get(SESSION_COOKIE), None)
    if user is not None:
        try:
            await call_zcbot("/v1/auth/revoke", {"user_id": user["zcbot_user_id"]})
        except HTTPException as fault:
            print(f"signed out, but not at zcbot: {fault.detail}")
    response = RedirectResponse("/", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response


@app.get("/")
async def home(request: Request) -> HTMLResponse:
    user = session_user(request)
    if user is None:
        return HTMLResponse((HERE / "login.html").read_text("utf-8"))
    query = {"embed": "1", "parent_origin": own_origin(request)}
    if request.query_params.get("task_id"):
        query["task_id"] = request.query_params["task_id"]
    address = httpx.URL(f"{ZCBOT_ORIGIN}/static/dev.html", params=query)
    page = string.Template((HERE / "portal.html").read_text("utf-8"))
    values = {"frame_address": str(address), "user_name": user["name"]}
    return HTMLResponse(
        page.substitute({name: html.escape(value) for name, value in values.items()})
    )


@app.get("/{name}")
async def shared_file(name: str) -> FileResponse:
    """The same twelve lines as the Node version's, and its looks."""
    if name not in ("zcbot-embed.js", "portal.css", "portal.svg"):
        raise HTTPException(404, "not_found")
    return FileResponse(SHARED / name)
