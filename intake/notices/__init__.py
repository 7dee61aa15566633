"""What a notice says around its table (文头与说明): title, signature, the date for all, rules for every row, the office's own duties."""
