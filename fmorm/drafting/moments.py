"""How dates and times look in replies."""

from __future__ import annotations

import re
from typing import Final

TIME: Final = re.compile(r"(-?)([0-9]{1,6}):([0-5][0-9])(?::([0-5][0-9])(\.[0-9]+)?)?")
"""FileMaker's times are durations: they exceed a day, and can be negative."""

HOURS: Final = 24
