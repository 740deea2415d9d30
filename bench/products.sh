#!/usr/bin/env bash
# How fast products are alone, by the number of rows, and in int8 by instruction set: ./run bench products
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
exec build/release/bench/product_rates
