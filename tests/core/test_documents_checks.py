"""What `anke doctor` says about documents."""

from lms.core.documents import checks, fonts


def test_all_is_found_where_documents_can_be_printed():
    assert [check.found for check in checks.checks()] == [True, True, True]
    assert checks.faults() == []


def test_a_missing_font_is_named_with_the_command_that_brings_it(monkeypatch):
    monkeypatch.setattr(fonts, "FOLDERS", ())
    monkeypatch.setattr(fonts.shutil, "which", lambda name: None)

    check = checks.cjk_fonts()

    assert not check.found
    assert "NotoSerifCJK-Bold.ttc" in check.detail
    assert check.remedy == "sudo apt-get install -y fonts-noto-cjk"


def test_a_missing_library_is_named_with_the_command_that_brings_it(monkeypatch):
    def absent(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(checks.ctypes, "CDLL", absent)

    assert checks.harfbuzz_subset().remedy == "sudo apt-get install -y libharfbuzz-subset0"
    assert checks.pango().remedy == "sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0"
    assert len(checks.faults()) == 2


def test_fontconfig_finds_fonts_that_are_somewhere_else(monkeypatch, tmp_path):
    elsewhere = tmp_path / fonts.SANS.file
    elsewhere.touch()
    answer = type("Answer", (), {"stdout": str(elsewhere)})
    monkeypatch.setattr(fonts, "FOLDERS", ())
    monkeypatch.setattr(fonts.shutil, "which", lambda name: "/usr/bin/fc-match")
    monkeypatch.setattr(fonts.subprocess, "run", lambda *order, **options: answer)

    assert fonts.find_file(fonts.SANS) == elsewhere
    assert fonts.find_file(fonts.SERIF_BOLD) is None  # fontconfig answered with another font
