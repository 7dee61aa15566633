"""Inspections and their worksheets (检查)."""
