"""Settings (配置): everything an installation may change, read from the environment as ``TAIZHANG_…``."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, IPvAnyNetwork
from pydantic_settings import BaseSettings, SettingsConfigDict

ZONE = ZoneInfo("Asia/Shanghai")
"""Times are stored in UTC and shown in China's one time zone."""

LOOPBACK = ("localhost", "127.0.0.1")
"""Names of this machine for itself: answered to where no host names are set."""


class Settings(BaseSettings):
    """One frozen value, made once by ``create_app`` and handed on; nobody else reads the environment."""

    model_config = SettingsConfigDict(env_prefix="TAIZHANG_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Path("instance")
    """Folder of the database, the evidence and the keys; of several machines each has its own."""
    shared: Path | None = None
    """Folder on a file system that all machines see: keys, the key of form tokens, holidays, checkpoints, and the evidence unless ``storage_url`` names a place; empty means ``home``."""
    database_url: str = ""
    """SQLAlchemy address; empty means ``home/taizhang.db``."""
    checkpoints: Path | None = None
    """Second folder for the trail's checkpoints, best on another machine's disk; empty keeps them beside the keys alone."""
    storage_url: str = ""
    """Object store address (``s3://bucket/prefix``); empty means ``blobs`` beside the keys."""
    storage_options: dict[str, str] = Field(default_factory=dict, repr=False)
    """What the object store wants to know (``{"aws_endpoint": "https://s3.xx.gov.cn", "aws_region": "…", "aws_access_key_id": "…", "aws_secret_access_key": "…"}``); other names as in obstore's ``S3Config``."""
    worker: str = "embedded"
    """``embedded`` starts a worker beside the web process and looks after it, ``separate`` leaves jobs to ``worker.py`` started otherwise."""
    jobs: int = Field(default=2, ge=1, le=64)
    """Jobs that one process does at a time: one prints while another signs or sends."""
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_hosts: list[str] = Field(default_factory=list)
    """Host names the server answers to, e.g. ``["taizhang.xx.gov.cn"]``; needed wherever browsers do not open ``localhost``."""
    trusted_proxies: list[IPvAnyNetwork] = Field(default_factory=list)
    """Our own proxies (``["10.0.0.5", "10.1.0.0/24"]``): ``X-Forwarded-For`` is believed from them alone."""
    metrics_from: list[IPvAnyNetwork] = Field(
        default_factory=lambda: [ip_network("127.0.0.1/32"), ip_network("::1/128")]
    )
    """Machines that may read ``/metrics`` (``["10.0.0.9"]``); to everybody else there is no such page."""
    secure_cookies: bool = False
    """True behind TLS: cookies are then ``Secure`` and carry the ``__Host-`` prefix."""
    max_upload_bytes: int = 100 * 1024 * 1024
    """One evidence file."""
    max_document_bytes: int = 20 * 1024 * 1024
    """One published document to read."""
    embed_limit_bytes: int = 20 * 1024 * 1024
    """Evidence above this stands in the packet by its digest alone."""
    password_days: int = 0
    """How many days a password is good for (90 for 等保); 0 means without end."""
    clamd: str = ""
    """ClamAV's daemon, its socket's path or ``host:port``; empty scans nothing and every piece is marked 「未查毒」."""
    clamd_required: bool = True
    """While clamd does not answer: true refuses uploads (503), false takes them as 「未查毒」."""
    session_idle_minutes: int = 30
    session_hours: int = 12
    tsa_url: str = ""
    """RFC 3161 time stamping authority; empty prints 「未取得可信时间戳」."""
    fonts: Path = Path("fonts")
    """The office's own licensed fonts, used before the base fonts when present."""
    smtp_host: str = ""
    """Mail server; empty sends no mail."""
    smtp_port: int = 25
    smtp_security: str = "none"
    """``none``, ``starttls`` or ``ssl``."""
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_from: str = "taizhang@localhost"
    webhook_hosts: list[str] = Field(
        default_factory=lambda: ["qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn"]
    )
    """Hosts of group robots that may be called, over TLS; an entry ``http://host:port`` allows one without."""
    link_check: bool = False
    """True lets the office have links fetched as they are now (链接核对); false fetches nothing."""
    link_ports: list[int] = Field(default_factory=lambda: [80, 443])
    """Ports of links that may be fetched."""
    link_networks: list[IPvAnyNetwork] = Field(default_factory=list)
    """Networks that links may lead to although they are not public, e.g. the office's intranet ``["10.20.0.0/16"]``."""
    link_proxy: str = ""
    """``host:port`` of the proxy that links are fetched through; empty connects directly."""
    public_url: str = ""
    """Where people outside open this system (``https://taizhang.xx.gov.cn``): the QR code of a packet then leads to the public check; empty puts its number and digest there."""
    render_seconds: int = 180
    render_bytes: int = 1536 * 1024 * 1024

    def is_watcher(self, address: str) -> bool:
        """Whether figures are told to this address."""
        return bool(address) and any(ip_address(address) in network for network in self.metrics_from)

    @property
    def nameless(self) -> bool:
        """True where other machines may connect and no host name is set: any name would have to be believed."""
        return not self.trusted_hosts and self.host not in (*LOOPBACK, "::1")

    @property
    def common(self) -> Path:
        """The folder in force for what all machines have to have alike."""
        return self.shared or self.home

    @property
    def database(self) -> str:
        """The SQLAlchemy address in force."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'taizhang.db'}"
