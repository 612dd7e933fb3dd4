"""Where a model lies on this machine: a folder, or the cache under its name. Byline downloads none."""

from pathlib import Path

from vectorstore.errors import BylineError


def located(name: str, kind: str, wanted: str) -> tuple[str, Path]:
    """Find a model's folder; return also the name that finds it again from anywhere.

    ``kind`` is what it serves as ("reader"), ``wanted`` what the folder should hold, both for the message.

    Raises:
        BylineError: the name is empty, or neither a folder nor in the cache.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    if not name:
        raise BylineError(f"the {kind}'s name is empty; give a folder or a name")
    folder = Path(name).expanduser()
    if folder.is_dir():
        return str(folder.resolve()), folder.resolve()
    try:
        return name, Path(snapshot_download(name, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise BylineError(
            f"{kind} {name!r} is no folder and not in this machine's model cache, and Byline downloads nothing; "
            f"give the folder of a {wanted}, or put one into the cache with `hf download NAME`"
        ) from error
