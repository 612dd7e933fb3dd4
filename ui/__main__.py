"""``python -m ui``: the commands of this folder alone."""

import sys

from ui.commands import add_commands
from vectorstore import terminal

sys.exit(terminal.main("python -m ui", "The chat page over a collection of articles.", [add_commands]))
