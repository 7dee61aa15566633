"""A third party's lists of what it found wanting (外部问题清单): kept as they came, put right line by line, given back."""
