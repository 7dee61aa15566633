"""What is chosen when a paper is asked for (编制材料表单)."""

from __future__ import annotations

from wtforms import Form

from forms.fields import Number


class ShareForm(Form):
    """Whose share a dossier tells; of all where nothing is chosen (单位)."""

    unit = Number("单位")
