"""The office's papers (材料): dossier, tables and forms, printed and sealed from the same facts as the screens."""
