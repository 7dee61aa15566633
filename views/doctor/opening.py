"""Opening the installation (打开安装实例) that the environment names, or saying in one sentence why it cannot be."""

from __future__ import annotations

from pydantic import ValidationError

from workflow.record.errors import Invalid
from workflow.record.installation import Installation, install
from workflow.record.settings import Settings


def opened() -> Installation:
    """The installation of this environment. Raises Invalid for settings or a folder that cannot be used."""
    try:
        settings = Settings()
    except ValidationError as wrong:
        names = "、".join(f"TAIZHANG_{str(fault['loc'][0]).upper()}" for fault in wrong.errors() if fault["loc"])
        raise Invalid(f"环境变量 {names} 的值不对，请对照 docs/configuration.md 修改。") from None
    try:
        return install(settings)
    except OSError as error:
        home = settings.home.resolve()
        raise Invalid(
            f"数据目录 {home} 不能建立或写入（{error.strerror}），请检查 TAIZHANG_HOME 和目录权限。"
        ) from None
    except ModuleNotFoundError as missing:
        raise Invalid(f"TAIZHANG_DATABASE_URL 需要的驱动 {missing.name} 没有安装。") from None
