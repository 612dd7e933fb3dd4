"""The way in for uploaded files: ``POST /upload?batch=TOKEN&name=PATH``, the file as the body, straight to the disk.

Not Gradio's upload: that keeps files in a temporary folder, flattens folders, and then takes file objects in events,
which can name any URL for the server to fetch. Knows limits and names only by what ``Uploads`` refuses.
"""

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from ui.library_uploads import Uploads
from vectorstore.errors import InputError

PATH = "/upload"


def upload_route(uploads: Uploads) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint. It answers 204, or 400 with the reason in one line."""

    async def receive(request: Request) -> Response:
        query = request.query_params
        size = request.headers.get("content-length", "0")
        try:
            file = await run_in_threadpool(
                uploads.begin, query.get("batch", ""), query.get("name", ""), int(size) if size.isdecimal() else 0
            )
        except InputError as error:
            return PlainTextResponse(str(error), 400)
        try:
            async for chunk in request.stream():
                await run_in_threadpool(uploads.write, file, chunk)
            await run_in_threadpool(uploads.finish, file)
        except ClientDisconnect:
            await run_in_threadpool(uploads.drop, file)
            return Response(status_code=400)
        except InputError as error:
            await run_in_threadpool(uploads.drop, file)
            return PlainTextResponse(str(error), 400)
        return Response(status_code=204)

    return receive
