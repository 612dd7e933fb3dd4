"""``python -m evals.bench [NAME …]``: run these measurements, or all, with what follows ``--`` as their options."""

import subprocess
import sys

NAMES = ("crash", "damage")


def main(words: list[str]) -> int:
    """Run each measurement in a process of its own; the exit status is the worst of theirs."""
    cut = words.index("--") if "--" in words else len(words)
    names, options = words[:cut] or NAMES, words[cut + 1 :]
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"{unknown[0]}: no such measurement; there are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    commands = [[sys.executable, "-m", f"evals.bench.{name}", *options] for name in names]
    return max(subprocess.run(command, check=False).returncode for command in commands)  # noqa: S603 - ours


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
