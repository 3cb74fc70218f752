#!/usr/bin/env bash
# eventsourcing 9.5.6: an environment variable of the process can win over the env that an application
# was constructed with.
#
# The documentation gives the order constructor argument, operating system, class attribute: "a
# constructor argument setting will override both an operating system and a class attribute setting".
# Application.construct_env merges the three in that order, but Environment.get then looks for NAME_KEY,
# NAME being the application's name in capitals, before it looks for KEY, wherever each was set:
#
#   School(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": "given.db"})
#     nothing in the process                            SQLite, given.db
#     SQLITE_DBNAME=stray.db                            SQLite, given.db
#     SCHOOL_SQLITE_DBNAME=stray.db                     SQLite, stray.db
#     SCHOOL_PERSISTENCE_MODULE=eventsourcing.popo      memory: events are gone at the end of the process
#     the class attribute env with SCHOOL_SQLITE_DBNAME SQLite, that database
#
# Nothing is raised or logged. The name is the class's name unless the class says otherwise, so that a
# class called after what it records meets a deployment's own variables easily. To be sure, pass the
# prefixed keys.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check eventsourcing==9.5.6

cd "$work"
cat > opened.py <<'PY'
"""Save one event and print which recorder took it and which database files there are."""

import sys
from pathlib import Path

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate


class School(Application):
    env = {"SCHOOL_SQLITE_DBNAME": "attribute.db"} if "attribute" in sys.argv else {}


given = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": "given.db"}
if "prefixed" in sys.argv:
    given = {f"SCHOOL_{key}": value for key, value in given.items()}
with School(env=given) as app:
    app.save(Aggregate())
    print(type(app.recorder).__name__, *sorted(path.name for path in Path().glob("*.db")))
PY

# expect WANTED ARGUMENT [VARIABLE=VALUE ...]: run opened.py in an empty folder with these variables only.
expect() {
  local wanted=$1 argument=$2 seen
  shift 2
  mkdir run
  seen=$(cd run && env -i "$@" "$work/venv/bin/python" ../opened.py "$argument")
  rm -r run
  echo "${*:-nothing} ($argument): $seen"
  if [ "$seen" != "$wanted" ]; then
    echo "With ${*:-nothing} in the environment this was: $wanted" >&2
    exit 1
  fi
}

expect "SQLiteApplicationRecorder given.db" bare
expect "SQLiteApplicationRecorder given.db" bare SQLITE_DBNAME=stray.db PERSISTENCE_MODULE=eventsourcing.popo
expect "SQLiteApplicationRecorder stray.db" bare SCHOOL_SQLITE_DBNAME=stray.db
expect "POPOApplicationRecorder" bare SCHOOL_PERSISTENCE_MODULE=eventsourcing.popo
expect "SQLiteApplicationRecorder attribute.db" attribute
expect "SQLiteApplicationRecorder given.db" prefixed \
  SCHOOL_SQLITE_DBNAME=stray.db SCHOOL_PERSISTENCE_MODULE=eventsourcing.popo
