"""Room for what comes (存储空间): how much is free where the data lies, asked at the start and on the administrator's page."""

from __future__ import annotations

import os
import shutil

from workflow.record.settings import Settings
from workflow.record.showing import spoken_size

LOW = 1 << 30
"""Bytes; below this uploads and papers begin to fail."""


def free_bytes(settings: Settings) -> int:
    """What is left where there is least: in the machine's own folder, or in the one that machines share."""
    return min(shutil.disk_usage(folder).free for folder in (settings.home, settings.common))


def shortage(settings: Settings) -> str:
    """One sentence if the disk of the data is read-only or nearly full; empty while there is room."""
    if any(os.statvfs(folder).f_flag & os.ST_RDONLY for folder in (settings.home, settings.common)):
        return "数据目录所在的磁盘是只读的：只能查看，不能办理；请检查磁盘和挂载方式。"
    free = free_bytes(settings)
    if free >= LOW:
        return ""
    return f"数据目录所在的磁盘只剩 {spoken_size(free)}（不足 {spoken_size(LOW)}）：上传和生成会失败，请清理或扩容。"
