"""Everything that can go wrong by the user's or the disk's doing. Each message is one line: the value, then the fix.

::

    BylineError              the command could not run (exit status 2)
    ├── InputError           one file or line of the input is unusable; the rest goes on (exit status 1)
    └── StoreError
        ├── StoreMissing     no store there yet
        ├── StoreBusy        another process is writing to it
        ├── StoreMismatch    made with another embedding model
        └── StoreDamaged     its files do not agree with each other

Anything else that is raised is a bug and keeps its traceback.
"""


class BylineError(Exception):
    """The command cannot run as asked; ``str(error)`` is one line that says why and what to do."""


class InputError(BylineError):
    """One file or line cannot be used; the message names it. The rest of the work goes on."""


class StoreError(BylineError):
    """The store cannot be used as it is."""


class StoreMissing(StoreError):
    """There is no store at that path yet."""


class StoreBusy(StoreError):
    """Another process is writing to the store."""


class StoreMismatch(StoreError):
    """The store was made with another embedding model or passage settings."""


class StoreDamaged(StoreError):
    """The store's files are damaged or do not agree with each other."""
