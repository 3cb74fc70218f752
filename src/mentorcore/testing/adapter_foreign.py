"""Files that are somebody else's: the beginnings of other tools' exports, and what is no export.

All of them were made by hand. An adapter must not be sure that one of them is its own, unless it
is of the family that the adapter reads (`AdapterContract.kin`).
"""

import gzip
import io
import random
import zipfile
from collections.abc import Mapping

# ruff: noqa: ISC004 - the lines of a file stand below each other

__all__ = ["FOREIGN", "NO_EXPORTS"]

_QUALTRICS_IDS = '{""ImportId"":""startDate"",""timeZone"":""America/Denver""}'


_NOISE = random.Random(11).randbytes(3000)  # noqa: S311 - the same noise each time


def _zip(name: str, content: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return held.getvalue()


FOREIGN: Mapping[str, tuple[str, bytes]] = {
    name: (filename, content.encode() if isinstance(content, str) else content)
    for name, filename, content in (
        ("table", "people.csv", "Name,Town\r\nAda,Ulm\r\nBen,Bern\r\n"),
        ("tabs", "people.tsv", "name\ttown\nAda\tUlm\nBen\tBern\n"),
        ("sums", "budget.csv", "Item;2025;2026\nBooks;120,50;99,00\nTea;12,00;13,00\n"),
        (
            "google-forms-form",
            "Meeting log.csv",
            '"Timestamp","Username","How long?"\n'
            '"2026/03/17 7:19:17 PM GMT-3","ada@example.org","45"\n'
            '"2026/03/18 9:02:00 AM GMT-3","ben@example.org","30"',
        ),
        (
            "google-forms-sheet",
            "Meeting log (Responses) - Form Responses 1.csv",
            "Timestamp,Email Address,How long?\r\n9/14/2026 15:45:12,ada@example.org,45\r\n"
            "9/15/2026 8:00:01,ben@example.org,30",
        ),
        (
            "google-forms-api",
            "responses.json",
            '{"responses": [{"responseId": "ACYDBNh1", "createTime": "2026-03-17T22:19:17.123Z", '
            '"lastSubmittedTime": "2026-03-17T22:19:17.123456Z", "answers": {"1a2b3c4d": '
            '{"questionId": "1a2b3c4d", "textAnswers": {"answers": [{"value": "45"}]}}}}]}',
        ),
        (
            "qualtrics-csv",
            "Meeting log_March 1, 2026.csv",
            "StartDate,Status,ResponseId,Q1\nStart Date,Response Type,Response ID,How long?\n"
            f'"{_QUALTRICS_IDS}","{{""ImportId"":""status""}}","{{""ImportId"":""_recordId""}}",'
            '"{""ImportId"":""QID1""}"\n2026-03-01 10:00:00,IP Address,R_1abcDEF,45\n',
        ),
        (
            "qualtrics-csv-legacy",
            "Meeting_log.csv",
            "V1,V2,V8,Q1\nResponseID,ResponseSet,StartDate,How long?\n"
            "R_1abcDEF,Default Response Set,2014-03-01 10:00:00,45\n",
        ),
        (
            "qualtrics-json",
            "Meeting log.json",
            '{"responses": [{"responseId": "R_1abcDEF", "values": {"startDate": '
            '"2026-03-01T17:00:00Z", "status": 0, "QID1": 2}, "labels": {"QID1": "Agree"}, '
            '"displayedFields": ["QID1"], "displayedValues": {"QID1": [1, 2]}}]}',
        ),
        (
            "qualtrics-ndjson",
            "Meeting log.ndjson",
            '{"responseId": "R_1abcDEF", "values": {"startDate": "2026-03-01T17:00:00Z", '
            '"status": 0, "QID1": 2}, "labels": {"QID1": "Agree"}, "displayedFields": ["QID1"], '
            '"displayedValues": {}}\n',
        ),
        (
            "surveymonkey-csv",
            "Meeting log.csv",
            "Respondent ID,Collector ID,Start Date,End Date,How did you meet?,\n"
            ",,,,In person,By phone\n11843,4412,03/17/2026 07:19:17 PM,03/17/2026 07:20:02 PM,"
            "In person,\n",
        ),
        (
            "limesurvey-csv",
            "results-survey482931.csv",
            '"id","submitdate","lastpage","startlanguage","Q00[SQ001]"\n'
            '"1","1980-01-01 00:00:00","3","en","A2"\n',
        ),
        (
            "redcap-csv",
            "MentorLog_DATA_2026-03-17.csv",
            "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,topic___1,"
            "log_complete\n1,visit_1_arm_1,,,0,2\n",
        ),
        (
            "oneroster-csv",
            "users.csv",
            "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username\n"
            "u-1,active,2026-03-17T00:00:00.000Z,true,o-1,teacher,ada\n",
        ),
        ("microsoft-forms", "Meeting log(1-2).xlsx", _zip("xl/worksheets/sheet1.xml", "<x/>")),
        ("zip", "archive.zip", _zip("readme.txt", "nothing of note")),
        ("json", "package.json", '{"name": "something", "version": "1.0.0"}'),
        ("text", "notes.txt", "Dear Ada,\n\nthank you for the meeting, it was good.\n\nBen\n"),
        ("python", "setup.py", "from setuptools import setup\n\nsetup(name='x', version='1')\n"),
    )
}
"""Beginnings of other tools' files: a name for each, the file's name, and its bytes."""

NO_EXPORTS: Mapping[str, bytes] = {
    "nothing at all": b"",
    "white space": b" \n\t\r\n  \n",
    "zero bytes": b"\0" * 400,
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89",
    "a PDF document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
    "a zip archive that was cut off": _zip("form.csv", "Timestamp,Name\n" * 40)[:60],
    "a gzip archive": gzip.compress(b"Timestamp,Name\n", mtime=0),
    "a log-in page": b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n",
    "noise": _NOISE,
}
"""What is no export of anything; reading it must end in a refusal, and never in a crash."""
