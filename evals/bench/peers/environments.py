"""Virtual environments, one a measured system, made with pip."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from vectorstore.errors import BylineError

TORCH = "torch>=2.6,<2.14"  # as Byline's own: the last with a CPU build everywhere
MARK = ".installed"


def interpreter(folder: Path, name: str, packages: Sequence[str]) -> Path:
    """The Python of the environment ``name``, installed (minutes, 1.5 GB) where it is not yet. Raises ``BylineError``.

    No packages: our own Python.
    """
    if not packages:
        return Path(sys.executable)
    environment = folder / name
    python = environment / "bin" / "python"
    wanted = "\n".join([*packages, TORCH])
    mark = environment / MARK
    if not mark.exists() or mark.read_text(encoding="utf-8") != wanted:
        print(f"{name}: installing {' '.join(packages)} into {environment}", file=sys.stderr)
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(environment)],
            [str(python), "-m", "pip", "install", "--quiet", *packages, TORCH],
        ):
            if subprocess.run(command, check=False).returncode:  # noqa: S603 - ours
                raise BylineError(f"{environment}: cannot be made; what pip said is above; leave it out with --systems")
        mark.write_text(wanted, encoding="utf-8")
    return python


def versions(python: Path, packages: Sequence[str]) -> dict[str, str]:
    """The installed version of each package; ``""`` where there is none."""
    names = [package.split(">")[0].split("=")[0] for package in packages]
    script = (
        "import sys, json\nfrom importlib.metadata import version, PackageNotFoundError\nfound = {}\n"
        "for name in sys.argv[1:]:\n    try:\n        found[name] = version(name)\n"
        "    except PackageNotFoundError:\n        found[name] = ''\nprint(json.dumps(found))"
    )
    done = subprocess.run([str(python), "-c", script, *names], check=True, capture_output=True, text=True)  # noqa: S603
    return dict(json.loads(done.stdout))
