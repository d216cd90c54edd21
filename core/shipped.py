"""Read the YAML files that come with the product: questionnaires, competencies, the demo company."""

from pathlib import Path
from typing import Any

import yaml

# Both read plain data and nothing else; the one that libyaml parses takes a tenth of the time.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: Path) -> Any:
    loader = _Loader(path.read_text(encoding="utf-8"))
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
