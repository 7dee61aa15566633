"""A four-step approval as django-viewflow has it, for the benchmark alone: Django finds flows in installed apps."""
