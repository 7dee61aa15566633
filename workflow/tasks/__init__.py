"""The engine (流转引擎): what a task is, what may happen to it, and who may do it."""
