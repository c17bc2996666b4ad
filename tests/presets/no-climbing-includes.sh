#!/bin/sh
# Meson's room table cannot see an include that climbs out by "../"; this can. It also
# holds the rule that makes the table work: no header's name stands twice.
set -u
cd "$1" || exit 1
status=0
if grep -rnE '#[[:space:]]*include[[:space:]]*["<][^">]*\.\./' src include tests --include='*.[ch]'; then
    echo "an include climbs out of its room (above)" >&2
    status=1
fi
twice=$(find src include -name '*.h' -exec basename {} \; | sort | uniq -d)
if [ -n "$twice" ]; then
    echo "headers of the same name in two rooms: $twice" >&2
    status=1
fi
long=$(find src include tests bench -name '*.[ch]' -exec awk 'END { if (NR > 600) print FILENAME ": " NR " lines" }' {} \;)
if [ -n "$long" ]; then
    echo "files over 600 lines: $long" >&2
    status=1
fi
exit "$status"
