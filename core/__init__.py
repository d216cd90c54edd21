import os

# Workbooks from outside are read by defusedxml, also where lxml is there for DOCX.
os.environ.update(OPENPYXL_LXML="False")
