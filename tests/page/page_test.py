"""The page of `dragoman serve` in a real browser. usage: page_test.py DRAGOMAN [unittest's arguments]

Ends with 77 where there is no Chromium: ctest counts that as skipped.
"""

import sys
import unittest

import chromium

if chromium.find() is None:
    print("skipped: no Chromium is installed, nor named by CHROMIUM")
    sys.exit(77)

# The first of them begins the server and the browser.
from looks_tests import Looks, WithoutScripts
from translating_tests import Languages, Translating
from words_tests import Files, Words
from page_case import server


def tearDownModule():
    code = server.stop()
    if code != 0:
        raise AssertionError(f"the server ended with {code}: {server.said()}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
