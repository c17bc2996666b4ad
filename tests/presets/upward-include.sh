#!/bin/sh
# The build must refuse a room that includes one above it: tries it with the compiler and
# the flags of this very build. $1: source tree, $2: build folder.
set -u
probe=$(mktemp -d)
trap 'rm -rf "$probe"' EXIT
# room and header: the first of each pair must not see the second
for pair in base:lexis.h text:model.h model:pack.h scenario:incident.h incident:store.h \
    bus:store.h bus:service.h store:service.h store:plot.h report:service.h serve:command.h serve:plot.h; do
    room=${pair%%:*} header=${pair##*:}
    object=$(grep -o "\"src/lib$room\.a\.p/[^\"]*\.c\.o\"" "$2/compile_commands.json" | head -n 1)
    [ -n "$object" ] || { echo "room $room is not in compile_commands.json" >&2; exit 1; }
    flags=$(python3 - "$2/compile_commands.json" "src/lib$room.a.p/" <<'END'
import json, shlex, sys
for row in json.load(open(sys.argv[1])):
    if row["output"].startswith(sys.argv[2]):
        words = shlex.split(row["command"])
        print(" ".join(w for w in words if w.startswith(("-I", "-D", "-std"))))
        break
END
)
    find "$1/src" -name "$header" | grep -q . || { echo "no header $header to try" >&2; exit 1; }
    printf '#include "%s"\n' "$header" >"$probe/up.c"
    # shellcheck disable=SC2086
    if (cd "$2" && cc $flags -fsyntax-only "$probe/up.c") 2>"$probe/log"; then
        echo "room $room can include $header" >&2
        exit 1
    fi
    grep -q "$header: No such file" "$probe/log" || { cat "$probe/log" >&2; exit 1; }
done
