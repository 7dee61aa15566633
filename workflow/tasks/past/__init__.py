"""What was true of tasks at a moment (某时情况): folded from the trail alone."""
