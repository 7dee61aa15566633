"""What people type (表单), one file per desk; the engine checks again whatever matters."""

from wtforms.meta import DefaultMeta

DefaultMeta.locales = ("zh",)  # what a field of the library says by itself is Chinese as well
