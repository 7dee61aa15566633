"""What the office makes of its year (年度工作): look-back and papers."""
