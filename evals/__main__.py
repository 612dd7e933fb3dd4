"""``python -m evals``: the commands of this folder."""

import sys

from evals.commands import add_commands
from vectorstore.terminal import main

if __name__ == "__main__":
    sys.exit(main("python -m evals", "Gold questions, metrics and reports.", [add_commands]))
