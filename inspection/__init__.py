"""Looking into what people bring as evidence (材料查看): secrecy marks, active content, bombs and viruses, before a byte is kept.

A room of its own: the engine may know no PDF, ``intake`` reads tables and not evidence, and views open no strangers' files.
"""
