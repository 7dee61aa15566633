"""The sample office and the demonstration (示例与演示): documents that we wrote, and a year lived through them."""
