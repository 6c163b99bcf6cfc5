"""Levels of jurisdictions, as the table of divisions names them."""

DISTRICTS = ("县级", "园区")
STREET = "乡级"
VILLAGE = "村级"
