"""Validates JSON files against a JSON Schema with the jsonschema library.

    validate.py SCHEMA FILE...

Prints one line for each file: "valid", or "invalid" with the first path and message.
"""

import json
import sys

import jsonschema


def main() -> None:
    with open(sys.argv[1]) as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in sys.argv[2:]:
        with open(path) as file:
            error = jsonschema.exceptions.best_match(validator.iter_errors(json.load(file)))
        print("valid" if error is None else f"invalid {error.json_path}: {error.message}")


if __name__ == "__main__":
    main()
