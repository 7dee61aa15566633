"""Rounds and the forms that units file in them (填报)."""
