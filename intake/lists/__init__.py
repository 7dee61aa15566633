"""Lists that come as they are (名单): units, a third party's findings, what went out and comes back filled in."""
