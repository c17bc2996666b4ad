#!/bin/sh
# Hunspell makes the tables of words comparable in tests and has no place on a message's path:
# neither the program nor the library is linked with it.
set -eu
for binary in "$@"; do
    if ldd "$binary" | grep -i hunspell; then
        echo "$binary is linked with Hunspell" >&2
        exit 1
    fi
done
