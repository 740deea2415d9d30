#!/usr/bin/env bash
# How fast int8 products are alone, by the number of rows and by instruction set: ./run bench products
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
exec build/release/bench/product_rates
