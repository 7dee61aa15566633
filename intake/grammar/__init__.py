"""What words say (措辞): numbers, names, dates, deadlines and shares of work; a line of text in, what it says out. Knows no table."""
