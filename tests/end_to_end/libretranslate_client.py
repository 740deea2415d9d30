"""Asks a server as LibreTranslate's own Python client does: prints what it answers to each call, as JSON.

Usage: libretranslate_client.py URL KEY TEXT. Exits with 77 where libretranslatepy is not installed.
"""

import json
import sys

try:
    from libretranslatepy import LibreTranslateAPI
except ImportError:
    sys.exit(77)

url, key, text = sys.argv[1:]
client = LibreTranslateAPI(url, key or None)
print(json.dumps({
    "translate": client.translate(text, "en", "de"),
    "detect": client.detect(text),
    "languages": client.languages(),
}))
