"""The killer drives the stacks of the end-to-end tests."""

import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "end-to-end"))
