"""The invented company that `make demo` shows, and large organisations for measurements.

Company, people and goals come from culture/content/goals.yaml; whoever is not named there is invented by names.py, the
same way in every run. Importing this package touches no database: settings.py reads SIGN_INS from it.
"""

PASSWORD = "wheelhouse-demo"
DOMAIN = "tarnbrook.example"

# Role as the sign-in page names it, address, password. Nobody else in the demo company can sign in.
SIGN_INS: list[tuple[str, str, str]] = [
    ("HR administrator", f"leila.fenwick@{DOMAIN}", PASSWORD),
    ("Executive", f"imogen.vasko@{DOMAIN}", PASSWORD),
    ("Manager", f"owen.castellane@{DOMAIN}", PASSWORD),
    ("Employee", f"noor.abbasi@{DOMAIN}", PASSWORD),
    ("HR partner", f"amara.osei@{DOMAIN}", PASSWORD),
    ("Auditor", f"ingrid.holm@{DOMAIN}", PASSWORD),
]
