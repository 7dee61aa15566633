"""What a unit's year is worth by the scheme (考核)."""
