"""What people type (表单), one file per desk; the engine checks again whatever matters."""
