"""``python -m vectorstore``: the commands that keep the collection."""

import sys

from vectorstore.commands import add_commands
from vectorstore.terminal import main

if __name__ == "__main__":
    sys.exit(main("python -m vectorstore", "Keep a collection of articles.", [add_commands]))
