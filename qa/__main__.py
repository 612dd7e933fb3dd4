"""``python -m qa ask …``: this folder's command alone."""

import sys

from qa.commands import add_commands
from vectorstore.terminal import main

if __name__ == "__main__":
    sys.exit(main("python -m qa", "Ask a store of news articles.", [add_commands]))
