"""`python -m fmorm` is the command `fmorm`."""

from __future__ import annotations

import sys

from fmorm.cli import main

sys.exit(main())
