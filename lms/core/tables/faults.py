"""Why a whole file is refused. A fault of one cell is no exception: the reader's caller lists it with its row."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.errors import Invalid


class TableFault(Invalid):
    """The file as a whole cannot be used; nothing of it is taken over.

    code: one of FILE_EMPTY, NOT_A_TABLE, FILE_DAMAGED, FILE_ENCRYPTED, UNPACKED_TOO_BIG, TOO_MANY_ROWS, NO_HEADER, NO_ROWS.
    """

    code = "NOT_A_TABLE"

    def as_dict(self) -> dict[str, str]:
        """The report of a refused file, as `--dry-run --json` prints it."""
        return {"outcome": "refused", "code": self.code, "reason": str(self)}


class FileEmpty(TableFault):
    code = "FILE_EMPTY"
    sentence = _l("文件里没有内容。请确认已经保存，再重新上传。")


class NotATable(TableFault):
    code = "NOT_A_TABLE"
    sentence = _l("这不是表格文件。请用 Excel 或 WPS 打开后另存为 .xlsx，再重新上传。")


class FileDamaged(TableFault):
    code = "FILE_DAMAGED"
    sentence = _l("文件已损坏或没有传完整。请用 Excel 或 WPS 打开确认，另存一份再上传。")


class FileEncrypted(TableFault):
    code = "FILE_ENCRYPTED"
    sentence = _l("文件设有打开密码。请打开后取消密码，保存再上传。")


class UnpackedTooBig(TableFault):
    code = "UNPACKED_TOO_BIG"
    sentence = _l("文件展开后太大，不能导入。请只保留需要的那张表，复制到一个新文件里再上传。")


class TooManyRows(TableFault):
    code = "TOO_MANY_ROWS"
    sentence = _l("表格超过 %(rows)s 行。请分成几个文件上传；如果下面是空行，请把空行删除后再保存。")


class NoHeader(TableFault):
    code = "NO_HEADER"
    sentence = _l("没有找到表头。表头里至少要有这样一列：%(wanted)s。请补上表头再上传，或者在页面上指定各列。")


class NoRows(TableFault):
    code = "NO_ROWS"
    sentence = _l("表头下面没有数据。请填好后再上传。")
