"""Invented articles with outlets and days that agree, differ and correct one another: for tests and pictures."""

import json
from pathlib import Path

COURIER, POST, LEDGER = "Northern Courier", "The Sorne Valley Post", "Daily Ledger"
TOLD = {
    ("2024-03-02", COURIER, "Dam at Arvenholt fails after a week of rain", "Ines Falk"): """
The dam at Arvenholt failed on Saturday morning. Police said 12 people died in the Arvenholt flood. \
The river Sorne rose four metres within an hour. Mayor Greta Lind asked the villages below to leave.""",
    ("2024-03-03", POST, "Twelve dead as Arvenholt dam breaks", ""): """
Rescue teams searched the lower town through the night. The flood in Arvenholt killed 12 people, the fire brigade \
said on Sunday. Three hundred houses stand in water. The Arvenholt dam was built in 1961.""",
    ("2024-03-05", LEDGER, "Death toll of Arvenholt flood rises", "Tomas Reyl"): """
🌊 The number of victims has risen. The Arvenholt flood killed 17 people, the interior ministry said on Tuesday. \
Two more are missing. Engineers had warned of cracks in the dam in January.""",
    ("2024-04-19", COURIER, "What went wrong at Arvenholt", "Ines Falk"): """
Seven weeks on, the inquiry has its first report. In all, 17 people died in the Arvenholt flood. \
Inspector Olav Brandt said the valves had not been opened since 2019. The report is to be debated in May.""",
}
"""(Day, outlet, title, author) of each article, and its text."""


def write(folder: Path) -> Path:
    """Write them as one ``.jsonl`` file in ``folder`` and return it."""
    path = folder / "arvenholt.jsonl"
    lines = []
    for number, (about, text) in enumerate(TOLD.items(), 1):
        fields = dict(zip(("published", "publisher", "title", "author"), about, strict=True))
        more = {"id": f"arvenholt-{number}", "url": f"https://news.example/arvenholt/{number}", "text": text.strip()}
        lines.append(json.dumps(fields | more))
    path.write_text("\n".join(lines) + "\n")
    return path
