"""The office's papers (材料): written from the same facts as the screens."""
