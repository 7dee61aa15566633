"""The evidence packet (证据包): contents → render → seal → verify."""
