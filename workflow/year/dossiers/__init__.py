"""What a year's dossier tells (卷宗)."""
