#!/usr/bin/env bash
# The first ten minutes of each book, as a newcomer pastes them, and what contrib/ names, beside what is there.
#   ICN=/path/icn tests/books.sh
set -euo pipefail
cd "$(dirname "$0")/.."
: "${ICN:?path of the icn binary}"
for book in OPERATORS GUESTS API; do
    echo "== docs/$book.md"
    tests/readme.sh "docs/$book.md" "first ten minutes"
done
echo "== contrib"
contrib/check.sh
