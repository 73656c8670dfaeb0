"""An address book in Django, on the embedded server: `python examples/django_contacts/app.py`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import django
from django.core.management import call_command

EXAMPLES = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port: int = parser.parse_args().port
    sys.path[0] = str(EXAMPLES)
    os.environ["DJANGO_SETTINGS_MODULE"] = "django_contacts.settings"
    django.setup()
    print(f"The address book is at http://127.0.0.1:{port}/")
    print("Log in as anna, bo or guest, who may only read; the password is the name.", flush=True)
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, verbosity=0)


if __name__ == "__main__":
    main()
