"""The reads (查询): one file per desk; nothing here writes."""
