"""The same without pytest."""

from __future__ import annotations

import unittest
from pathlib import Path

from address_book.book import phone_list
from address_book.models import Contact

from fmorm import Database
from fmorm.testing import embedded_app

ROWS = Path(__file__).parent / "rows"


class TheList(unittest.TestCase):
    def setUp(self) -> None:
        self.app = self.enterContext(embedded_app([Contact], rows=ROWS))
        self.db = self.enterContext(Database.embedded(self.app))

    def test_a_city_without_people(self) -> None:
        self.assertEqual(phone_list(self.db, "Oslo"), [])
