#!/bin/sh
# A machine that has what the program needs and nothing of the tests (./bootstrap demo on a fresh
# one) configures, and knows how to make all that is run.
# usage: build-only.sh SOURCE
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/pkg-config" <<'END'
#!/bin/sh
case " $* " in *" criterion "* | *" hunspell "*) exit 1 ;; esac
exec pkg-config "$@"
END
chmod +x "$folder/pkg-config"
printf "[binaries]\npkgconfig = '%s'\n" "$folder/pkg-config" >"$folder/tools.ini"
meson setup --native-file "$1/tests/presets/release.ini" --native-file "$folder/tools.ini" "$folder/build" "$1" >"$folder/log" 2>&1 || {
    cat "$folder/log" >&2
    exit 1
}
grep -q 'dependency criterion found: NO' "$folder/log" || {
    echo "criterion was found all the same: this tells nothing" >&2
    exit 1
}
ninja -C "$folder/build" -n programs >"$folder/log" 2>&1 || {
    cat "$folder/log" >&2
    exit 1
}
