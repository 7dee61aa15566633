"""The papers that the office issues under a number: bulletins and letters (公文)."""
