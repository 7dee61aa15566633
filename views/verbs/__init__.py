"""What is done (动作): one row a verb, from which screens and interface build their doors."""
