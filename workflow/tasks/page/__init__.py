"""What the page of one task tells (任务页): its history, its chain, what may be done now."""
