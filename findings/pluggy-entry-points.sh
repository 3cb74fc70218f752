#!/usr/bin/env bash
# pluggy 1.7.0: of two installed distributions that give their entry point the same name, one is left
# out without a word.
#
# PluginManager.register raises ValueError when a name is taken, but load_setuptools_entrypoints skips a
# name that is taken, also when it was taken by another distribution a moment before:
#
#   school-csv and office-csv, each with the entry point csv in the group readers
#     importlib.metadata.entry_points(group="readers")     2
#     load_setuptools_entrypoints("readers")               1
#     register(plugin, name="csv")                         ValueError: Plugin name already registered
#
# Which of the two is loaded follows the order of sys.path; list_name_plugin and list_plugin_distinfo show
# nothing of the other. An installed plugin is left out likewise when the host registered one of its own
# under that name before. A host that wants to hear of it compares importlib.metadata.entry_points with
# list_plugin_distinfo.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check pluggy==1.7.0

# Two small distributions as an installer leaves them, each in a folder of its own.
for owner in school office; do
  info="$work/$owner/${owner}_csv-1.0.dist-info"
  mkdir -p "$info"
  echo "NAME = '$owner'" > "$work/$owner/${owner}_csv.py"
  printf 'Metadata-Version: 2.1\nName: %s-csv\nVersion: 1.0\n' "$owner" > "$info/METADATA"
  printf '[readers]\ncsv = %s_csv\n' "$owner" > "$info/entry_points.txt"
done

cat > "$work/loaded.py" <<'PY'
"""Print what is installed, what was loaded and which, and what registering by hand says."""

import importlib.metadata
import types
import warnings

import pluggy

warnings.simplefilter("error")
manager = pluggy.PluginManager("readers")
loaded = manager.load_setuptools_entrypoints("readers")
print(len(importlib.metadata.entry_points(group="readers")), loaded, manager.get_plugin("csv").NAME)
print(len(manager.list_name_plugin()), len(manager.list_plugin_distinfo()))
try:
    manager.register(types.ModuleType("another"), name="csv")
except ValueError as refused:
    print(str(refused).partition(":")[0])

manager = pluggy.PluginManager("readers")
manager.register(types.SimpleNamespace(NAME="built in"), name="csv")
print(manager.load_setuptools_entrypoints("readers"), manager.get_plugin("csv").NAME)
PY

# expect FIRST SECOND: with these two folders on the path, in this order, the first one's plugin is loaded.
expect() {
  local seen wanted
  wanted=$(printf '2 1 %s\n1 1\nPlugin name already registered\n0 built in' "$1")
  seen=$(cd "$work" && PYTHONPATH="$work/$1:$work/$2" "$work/venv/bin/python" loaded.py 2>&1)
  echo "$1 before $2:"
  echo "$seen"
  if [ "$seen" != "$wanted" ]; then
    printf 'With %s before %s this was:\n%s\n' "$1" "$2" "$wanted" >&2
    exit 1
  fi
}

expect school office
expect office school
