"""Every way in (入口): desks on screen, the interface, the command line, and the door they all go through."""
