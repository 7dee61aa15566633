"""The desks (岗位页面): every page a person works at, one blueprint a desk."""
