"""The forms that inspections ask for (通行表格), with the columns of form_columns.csv, filled from what is recorded."""
