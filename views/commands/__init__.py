"""The command line (命令行): one row a command, its module loaded when it is called; the same operations as the screens."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import Any

import click
from flask import Flask

GROUPS = {
    "ledger": "任务台账",
    "packet": "证据包",
    "dossier": "年度卷宗",
    "units": "单位名录",
    "account": "账号",
    "jobs": "后台事项",
    "trail": "留痕",
    "clock": "系统时钟",
    "store": "存储文件",
    "docs": "生成的文档",
}
COMMANDS = {
    "ledger read": (
        "views.commands.ledger:read",
        "把任务表读成 JSON：一个文件一行，没有任务表的为 {}，疑点写到标准错误",
    ),
    "packet verify": ("views.commands.packet:verify", "逐项核验证据包并给出结论，只有“通过”时退出码为 0"),
    "dossier build": ("views.commands.dossier:build", "编制已发布台账的回头看卷宗"),
    "units import": ("views.commands.units:load", "导入 CSV 或 XLSX 单位名录（名称、类别、简称、所属组）"),
    "account open": ("views.commands.account:open_first", "开设第一位系统、安全或审计管理员，仅限该岗位无人时"),
    "account reset": ("views.commands.account:reset", "在服务器上重置口令，通知本人和安全管理员"),
    "jobs list": ("views.commands.upkeep:list_jobs", "列出后台未完成的事项及最近一次错误"),
    "jobs retry": ("views.commands.serving:retry_jobs", "重新办理后台未完成的事项，包括已搁置的"),
    "trail verify": (
        "views.commands.upkeep:verify_trail",
        "核验留痕和访问记录两条链，并与检查点、登记和证据包记下的链头核对；有一处不符退出码为 1",
    ),
    "trail checkpoint": ("views.commands.upkeep:checkpoint", "把链头签署后写到数据库之外（检查点）"),
    "clock accept": ("views.commands.upkeep:accept_clock", "时钟曾经走快、现已校准时，确认以现在的时间为准，恢复签批"),
    "docs write": ("views.commands.docs:write", "写出由代码生成的文档（docs/）"),
    "docs check": ("views.commands.docs:check", "由代码生成的文档不是最新时退出码为 1"),
    "doctor": ("views.doctor:doctor", "检查运行环境、数据、印章和外部服务，逐项说明怎样处理；有问题时退出码为 1"),
    "migrate": ("views.commands.database:upgrade", "把数据库升级到当前版本"),
    "backup": (
        "views.commands.database:write_backup",
        "把整个系统备份到一个目录，服务照常运行；存储文件损坏时逐个列出，退出码为 1",
    ),
    "restore": (
        "views.commands.database:read_backup",
        "在空系统里恢复备份，数据库和存储按设置，可与原来不同；逐表核对",
    ),
    "store move": (
        "views.commands.database:move_blobs",
        "把数据目录里的存储文件搬进设置的对象存储，逐个回读核对；有缺失或损坏时逐个列出，退出码为 1",
    ),
    "serve": ("views.commands.serving:serve", "升级数据库，空系统载入示例单位，显示网址和登录名，启动服务"),
    "demo": ("views.commands.serving:demo", "在空系统里用一份任务表走完一年，留下各期填报、回头看、整改、证据包和卷宗"),
}
"""Words → where the command is (``module:attribute``) and what it does."""


class Later(click.Command):
    """A command known by its row alone until somebody calls it (待载入的命令)."""

    def __init__(self, name: str, target: str, does: str) -> None:
        super().__init__(name, help=does, short_help=does)
        self._target = target

    def make_context(self, *words: Any, **extra: Any) -> click.Context:
        """Hand over to the command itself, which says of itself what the row says."""
        command: click.Command = resolve_name(self._target)
        command.help = self.help
        return command.make_context(*words, **extra)


def install_commands(app: Flask) -> None:
    """Hang every command on the app."""
    groups = {name: click.Group(name, help=does) for name, does in GROUPS.items()}
    for group in groups.values():
        app.cli.add_command(group)
    for words, row in COMMANDS.items():
        *group_name, name = words.split()
        home = groups[group_name[0]] if group_name else app.cli
        home.add_command(Later(name, *row))
