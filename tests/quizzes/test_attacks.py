"""What somebody hostile tries with a file of questions, and what they find: a refusal, soon."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.lectures.files import zip_of

READ = """
import sys
from lms.core.tables import TableFault
from lms.quizzes.rules.importing.reading import read_questions
try:
    print(len(read_questions(open(sys.argv[1], "rb").read()).questions), "questions")
except TableFault as fault:
    print(fault.code)
"""
MANIFEST = (
    '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>'
    '<resource identifier="a" type="imsqti_item_xmlv2p2" href="a.xml"/></resources></manifest>'
)


def moodle(kind: str, inside: str) -> bytes:
    return f'<?xml version="1.0"?><quiz><question type="{kind}">{inside}</question></quiz>'.encode()


def stem(text: str) -> str:
    return f'<questiontext format="plain_text"><text>{text}</text></questiontext>'


def item(body: str) -> bytes:
    text = (
        f'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" title="a"><itemBody>{body}</itemBody></assessmentItem>'
    )
    return zip_of({"imsmanifest.xml": MANIFEST, "a.xml": text})


@pytest.mark.parametrize("content", [
    moodle("cloze", stem("{1:SA:" * 150_000)),
    moodle("cloze", stem("{1:SA:" + "~=a#" * 250_000 + "}")),
    moodle("cloze", stem("{1:SA:" + "\\\\" * 500_000)),
    moodle("essay", "<a>" * 300_000 + "</a>" * 300_000),
    item("<p>" * 50_000 + "</p>" * 50_000),
    item("<choiceInteraction>" * 3_000 + "</choiceInteraction>" * 3_000),
], ids=["openings", "answers", "backslashes", "deep", "deep-qti", "deep-interactions"])  # fmt: skip
def test_a_file_made_to_be_read_for_ever_is_read_soon(tmp_path: Path, content: bytes):
    (tmp_path / "file").write_bytes(content)

    done = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path / "file")], capture_output=True, text=True, check=False, timeout=60
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-500:]
