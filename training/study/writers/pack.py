"""Zip files without a clock in them, and escaped text."""

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

# The earliest that a zip file can say: no file tells when it was made.
DATE = (1980, 1, 1, 0, 0, 0)
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

__all__ = ["XML", "escape", "pack", "quoteattr"]


def pack(members, stored=()):
    """`members` are pairs of name and text or bytes, in this order; those named in `stored` are not compressed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, DATE)
            info.create_system, info.external_attr = 3, 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, content.encode("utf-8") if isinstance(content, str) else content)
    return file.getvalue()
