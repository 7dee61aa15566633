"""What an office does with its table (办事引擎), one room a subject; no web, no HTML, no PDF."""
