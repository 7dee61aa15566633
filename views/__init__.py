"""Every way in (入口): one blueprint per desk, and the command line."""
