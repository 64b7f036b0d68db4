"""Message catalogs work where the program's own folder cannot be written."""

from pathlib import Path

from conference.core import i18n

WORDS = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "House"\nmsgstr "Casa"\n'


def test_a_catalog_is_compiled_once_and_read_from_its_file(tmp_path):
    source = tmp_path / "a.po"
    source.write_text(WORDS)
    assert [i18n._compiled(source).gettext("House") for _twice in range(2)] == ["Casa", "Casa"]
    assert (tmp_path / "a.mo").stat().st_mtime_ns >= source.stat().st_mtime_ns


def test_where_nothing_can_be_written_it_is_read_from_memory(tmp_path, monkeypatch):
    def refused(_file: Path, _data: bytes) -> int:
        raise PermissionError("read-only file system")

    source = tmp_path / "a.po"
    source.write_text(WORDS)
    monkeypatch.setattr(Path, "write_bytes", refused)
    assert i18n._compiled(source).gettext("House") == "Casa"
    assert not (tmp_path / "a.mo").exists()
