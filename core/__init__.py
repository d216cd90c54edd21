import os

os.environ["OPENPYXL_LXML"] = (
    "False"  # workbooks from outside are read by defusedxml, also where lxml is installed for DOCX
)
