"""The demo city: five communes of Vũng Tàu with agencies, categories and weeks of reports, all of it data."""
