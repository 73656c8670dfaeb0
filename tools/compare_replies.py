"""Puts saved replies of a Data API beside those of the embedded server, and prints where they differ.

    python tools/compare_replies.py FOLDER              # every *.json below the folder that is a reply
    python tools/compare_replies.py FOLDER --skip 'hand-*' --skip notes.json

What a reply answers is told from its shape; a schema and rows that are like it are made of the reply itself, served in
process, and asked the same question. Beside `NAME.json` there may be `NAME.headers.json`, an object with `status` and
`headers` (pairs of name and value). Record ids, modification ids, tokens, addresses of containers, and version and date
of a build may differ. It fails where anything else does.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # the project, in which this folder is tools
    from tools.replies.command import main

    sys.exit(main())
